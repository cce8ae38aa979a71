-- Nothing is left to ask again in a conversation. A question may be known in its channel and in its thread; the first
-- line of what is kept names both keys.
local function answered(unanswered)
  local kept = redis.call('GET', unanswered)
  if not kept then return end
  for key in string.gmatch(string.match(kept, '^[^\n]*'), '%S+') do
    if redis.call('GET', key) == kept then redis.call('DEL', key) end
  end
end
