#!lua flags=allow-oom
-- Share numbered places out among processes, each of which is believed to live for a while after it asked.
--
-- KEYS  who is there, who has which place
-- ARGV  1 who asks, 2 ms for which it is believed, 3 how many places there are, 4 '1' if it takes all that nobody has, and
--       not only its fair share of them
-- Returns how many nobody has, and then those that the asker is to have; nothing while others share another number of
-- places. Who has more than its share is told of no more, and the others have what it gives up.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count = tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local lives = {}
for _, each in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do lives[each] = true end

local had = redis.call('HGETALL', KEYS[2])
local holders = {}
for i = 1, #had, 2 do holders[had[i]] = had[i + 1] end
if holders.count ~= ARGV[3] then
  for _, holder in pairs(holders) do
    if lives[holder] then return {} end
  end
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[2], 'count', count)
  holders = {}
end

redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
lives[ARGV[1]] = true
-- Who has not asked for a while may be dead, so nothing is given up for it.
local awake = redis.call('ZCOUNT', KEYS[1], now + ARGV[2] * 2 / 3, '+inf')
local answer, free = {0}, {}
for place = 0, count - 1 do
  local holder = holders[tostring(place)]
  if holder == ARGV[1] then
    if #answer <= math.ceil(count / awake) then answer[#answer + 1] = place end
  elseif not lives[holder or ''] then
    free[#free + 1] = place
  end
end
local most = ARGV[4] == '1' and count or math.ceil(count / redis.call('ZCARD', KEYS[1]))
for _, place in ipairs(free) do
  if #answer <= most then
    redis.call('HSET', KEYS[2], place, ARGV[1])
    answer[#answer + 1] = place
  else
    answer[1] = answer[1] + 1
  end
end
redis.call('EXPIRE', KEYS[1], 86400)
redis.call('EXPIRE', KEYS[2], 86400)
return answer
