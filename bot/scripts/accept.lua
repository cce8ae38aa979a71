-- Take in a message: once, in the order of its lane, and with a bell for the workers. Fails when Redis is full.
--
-- KEYS  ready, the message's mark
-- ARGV  1 lane, 2 message, 3 kind: 'turn', 'reset' (goes first and ends what runs in the conversation), 'stop' (ends
--       that, else goes first), or 'bare' (ends that, else is a turn), 4 most messages of a lane, 5 of a tenant, 6 of all
--       in this partition,
--       7 seconds for which a thread is known to be one in which the bot takes part, 8 how many messages of bots in a row
--       are answered in a channel with its threads, or empty if a person wrote this one, 9 when the message was written
--       (ms, 0 if nobody knows), or empty if nobody else learns of it, 10 '1' if nobody else reads the conversation
-- Returns {'accepted', how many are before it in its lane}, {'seen'}, {'stopped'}, {'full', of what, how many}, or
-- {'looping', how many in a row it makes}.
local lane, item, kind, mark = ARGV[1], ARGV[2], ARGV[3], KEYS[2]
local conversation = string.match(item, '^[^\n]*\n([^\n]*)')
if redis.call('EXISTS', mark) == 1 then return {'seen'} end

-- What ends or forgets something makes room, so it must not need any: after a write that takes none, Redis lets a
-- script go on (redis.io, "Scripting with Lua", on `maxmemory`).
if kind ~= 'turn' then redis.call('DEL', mark) end

-- What runs in the conversation, and, in a channel, the replies to its mentions that are written in their threads.
local function stop_all()
  local stopped = stop(conversation)
  if string.match(conversation, '^[^:]+:[^:]+$') then
    for _, entry in ipairs(redis.call('XRANGE', ready, '-', '+')) do
      local other = entry[2][2]
      if string.sub(other, 1, #conversation + 1) == conversation .. ':'
        and redis.call('HGET', named('journal', other), 'conversation') == conversation then
        stopped = stop(other) or stopped
      end
    end
  end
  return stopped
end

if (kind == 'stop' or kind == 'bare') and stop_all() then
  redis.call('SET', mark, 'done', 'EX', MARK)
  return {'stopped'}
end

local urgent = kind == 'reset' or kind == 'stop'
local list = named(urgent and 'urgent' or 'inbox', lane)
local before = redis.call('LLEN', list)
if before >= tonumber(ARGV[4]) then return {'full', 'conversation', before} end
for i, waiting in ipairs(redis.call('HMGET', load, tenant_of(lane), '')) do
  local count = tonumber(waiting or 0)
  if count >= tonumber(ARGV[4 + i]) then return {'full', i == 1 and 'tenant' or 'all', count} end
end

local channel = string.match(lane, '^[^:]+:[^:]+')
if ARGV[8] ~= '' then
  local row = redis.call('INCR', named('bots', channel))
  redis.call('EXPIRE', named('bots', channel), 3600)
  if row > tonumber(ARGV[8]) then
    redis.call('SET', mark, 'done', 'EX', MARK)
    return {'looping', row}
  end
end

if kind == 'reset' then stop_all() end
redis.call('SET', mark, 'accepted', 'EX', MARK)
if ARGV[8] == '' then redis.call('DEL', named('bots', channel)) end

-- Here people may go on without naming the bot. If nobody listens then, it is looked for afterwards.
local function know(place)
  local known, time = named('known', tenant_of(lane)), redis.call('TIME')
  if redis.call('ZADD', known, time[1] * 1000000 + time[2], place) == 1 then
    redis.call('ZREMRANGEBYRANK', known, 0, -41)
    redis.call('EXPIRE', known, ARGV[7])
  end
end

local seen_there = ARGV[9] ~= ''
if seen_there and ARGV[10] == '1' then know(channel) end
if seen_there and lane ~= channel then
  local joined = named('joined', lane)
  if not redis.call('SET', joined, ARGV[9], 'NX', 'EX', ARGV[7]) then redis.call('EXPIRE', joined, ARGV[7]) end
  know(lane)
end
append(lane, list, item)
return {'accepted', before}
