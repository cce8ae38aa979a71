#!lua flags=allow-oom
-- Take a tenant out of a partition: what waits, what is being answered, and what was put aside. The marks of its messages
-- stay, so that a turn that still runs finds its claim lost, and does not take it for a server that was emptied.
--
-- KEYS  ready, parked
-- ARGV  tenant, as it stands in lanes
-- Returns how many messages waited, those that were being answered included.
local tenant, parked = ARGV[1], KEYS[2]
local lanes = redis.call('LRANGE', named('backlog', tenant), 0, -1)
for _, entry in ipairs(redis.call('XRANGE', ready, '-', '+')) do
  local lane = entry[2][2]
  if tenant_of(lane) == tenant then
    leave(entry[1])
    lanes[#lanes + 1] = lane
    redis.call('PUBLISH', BELL, 'stop ' .. lane)
  end
end
for _, lane in ipairs(lanes) do
  redis.call('DEL', named('inbox', lane), named('urgent', lane), named('journal', lane))
end
redis.call('DEL', named('backlog', tenant))
redis.call('SREM', named('crowded'), tenant)

local messages = tonumber(redis.call('HGET', load, tenant) or 0)
redis.call('HDEL', load, tenant)
if messages > 0 and redis.call('HINCRBY', load, '', -messages) <= 0 then redis.call('HDEL', load, '') end

for _, entry in ipairs(redis.call('XRANGE', parked, '-', '+')) do
  if tenant_of(entry[2][2]) == tenant then redis.call('XDEL', parked, entry[1]) end
end
return messages
