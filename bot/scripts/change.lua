#!lua flags=allow-oom
-- Take in that a message was changed or taken back by its author, also when Redis is full: what makes room must not
-- need any, and who changes a question has waited for an answer before.
--
-- KEYS  ready, the change's mark, the changed message's mark, parked, history of the channel and of the thread
-- ARGV  1 lane, 2 the change as a message of its own, 3 the changed message as it reads now, 4 '1' if it is too late to
--       answer anew what was answered, 5 oldest exchange that may be of the message, or empty if the mark must know it,
--       6 most messages of a lane, 7 '1' if the message was taken back, 8 when it was changed: an older change that comes
--       later does not count
-- Returns {'accepted'} if a worker has to see to it, {'replaced'} if it waits for its answer still, {'seen'}, {'late'},
-- {'full', 'conversation', how many}, or {'unknown'} if nobody was asked anything with it.
local lane, change, changed, mark, deleted = ARGV[1], ARGV[2], ARGV[3], KEYS[2], ARGV[7] == '1'
local id = string.match(changed, '^[^\n]*')
if redis.call('EXISTS', mark) == 1 then return {'seen'} end

local newest = named('changed', string.match(lane, '^[^:]*:[^:]*') .. ':' .. id)
if tonumber(redis.call('GET', newest) or 0) > tonumber(ARGV[8]) then return {'seen'} end

local function is_remembered()
  if ARGV[5] == '' then return false end
  for i = 5, #KEYS do
    for _, entry in ipairs(redis.call('XRANGE', KEYS[i], ARGV[5], '+', 'COUNT', 200)) do
      if entry[2][6] and string.match(entry[2][6], '^%S*') == id then return true end
    end
  end
  return false
end

if redis.call('EXISTS', KEYS[3]) == 0 and not is_remembered() then
  -- The message itself may still be on its way, and so may older changes.
  redis.call('SET', newest, ARGV[8], 'EX', 600)
  if deleted then redis.call('SET', KEYS[3], 'done', 'EX', 600) end
  return {'unknown'}
end
redis.call('SET', newest, ARGV[8], 'EX', MARK)

local function parts(item)
  return string.match(item, '^([^\n]*)\n[^\n]*\n([^\n]*)\n')
end

-- A message that waits, or an earlier change of it that does, simply reads otherwise from here on. Whether it was begun
-- before stays as it is.
local begun = redis.call('HGET', named('journal', lane), 'turn')
for _, list in ipairs({'urgent', 'inbox'}) do
  for place, item in ipairs(redis.call('LRANGE', named(list, lane), 0, -1)) do
    local turn, of = parts(item)
    if turn ~= begun and (turn == id or of == id) then
      local head = turn == id and '^([^\n]*\n[^\n]*)\n[^\n]*\n'
      local now = head and string.gsub(changed, head, function(kept) return kept .. '\n' .. of .. '\n' end, 1)
      redis.call('LSET', named(list, lane), place - 1, now or change)
      redis.call('SET', mark, 'done', 'EX', MARK)
      return {'replaced'}
    end
  end
end

local of = redis.call('HGET', named('journal', lane), 'again')
local runs = begun and (begun == id or of == id)
if not runs and ARGV[4] == '1' then return {'late'} end
local urgent = named('urgent', lane)
local waiting = redis.call('LLEN', urgent)
if not deleted and waiting >= tonumber(ARGV[6]) then return {'full', 'conversation', waiting} end

for _, entry in ipairs(redis.call('XRANGE', KEYS[4], '-', '+')) do
  local turn, before = parts(entry[2][6])
  if entry[2][2] == lane and (turn == id or before == id) then redis.call('XDEL', KEYS[4], entry[1]) end
end
redis.call('SET', mark, 'accepted', 'EX', MARK)
if runs then stop(lane) end
append(lane, urgent, change)
return {'accepted', 0}
