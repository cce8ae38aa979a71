-- Keep a question that was not answered, in place of the ones before.
--
-- KEYS  unanswered of every conversation that it may be asked again in
-- ARGV  the question as it is kept, seconds to live
for _, key in ipairs(KEYS) do answered(key) end
for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'EX', ARGV[2]) end
return 1
