#!lua flags=allow-oom
-- Take over the lanes of workers that are dead, and find own ones whose claim never reached us.
--
-- KEYS  ready
-- ARGV  1 worker, 2 most lanes, 3 milliseconds that a dead worker's claim has been idle, 4 how many workers live,
--       5… these workers, then the entries that this worker knows to be its own
-- Returns as `claim` does.
local me, room, live, known = ARGV[1], tonumber(ARGV[2]), {}, {}
for i = 5, 4 + ARGV[4] do live[ARGV[i]] = true end
for i = 5 + ARGV[4], #ARGV do known[ARGV[i]] = true end
local claims = {}
local workers = redis.pcall('XINFO', 'CONSUMERS', ready, GROUP)
if workers.err then return claims end

local function lane_of(entry)
  local found = redis.call('XRANGE', ready, entry, entry)[1]
  if not found then redis.call('XACK', ready, GROUP, entry) end
  return found and found[2][2]
end

local function begin(entry, tries)
  local lane = lane_of(entry)
  if lane and tries > 0 then redis.call('HINCRBY', named('journal', lane), 'deaths', 1) end
  if lane then claims[#claims + 1] = open(lane, entry, tries) end
end

local function take(worker, count)
  local pending = redis.call('XPENDING', ready, GROUP, 'IDLE', ARGV[3], '-', '+', room - #claims, worker)
  for _, held in ipairs(pending) do
    redis.call('XCLAIM', ready, GROUP, me, 0, held[1], 'JUSTID')
    begin(held[1], 1)
  end
  if #pending == count then redis.call('XGROUP', 'DELCONSUMER', ready, GROUP, worker) end
end

for _, each in ipairs(workers) do
  local worker, count = each[2], each[4]
  if worker == me and count > 0 then
    for _, held in ipairs(redis.call('XPENDING', ready, GROUP, 'IDLE', 1000, '-', '+', count, me)) do
      if not known[held[1]] and #claims < room then begin(held[1], 0) end
    end
  elseif worker ~= me and not live[worker] and #claims < room then
    take(worker, count)
  end
end
return claims
