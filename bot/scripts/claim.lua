#!lua flags=allow-oom
-- Claim lanes that wait for a worker.
--
-- KEYS  ready
-- ARGV  worker, most lanes
-- Returns a list of {entry, lane, message, journal}; fewer than asked for means that nobody waits any more.
local most, claims = tonumber(ARGV[2]), {}

local function group()
  return redis.pcall('XREADGROUP', 'GROUP', GROUP, ARGV[1], 'COUNT', most - #claims, 'STREAMS', ready, '>')
end

local function read()
  local found = group()
  if found and found.err then
    redis.pcall('XGROUP', 'CREATE', ready, GROUP, '0', 'MKSTREAM')
    found = group()
  end
  for _, entry in ipairs(found and found[1] and found[1][2] or {}) do
    claims[#claims + 1] = open(entry[2][2], entry[1], 1)
  end
end

read()
if #claims < most then
  -- Nobody else waits, so a tenant with a backlog may have more than its share.
  local room = most - #claims
  for _, tenant in ipairs(redis.call('SMEMBERS', named('crowded'))) do
    if room > 0 then room = room - let_in(tenant, room) end
  end
  if room < most - #claims then read() end
end
if #claims < most then redis.call('DEL', named('rung')) end
return claims
