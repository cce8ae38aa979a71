#!lua flags=allow-oom
-- Leave a note for who has a place next. Who does not have it any more leaves none.
--
-- KEYS  who has which place, the note
-- ARGV  1 who leaves it, 2 the place, 3 the note, or '' if there is to be none, 4 seconds for which it is kept, 5 '1' to give
--       the place up
-- Returns 1 if the place was theirs.
if redis.call('HGET', KEYS[1], ARGV[2]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then
  redis.call('DEL', KEYS[2])
else
  redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4])
end
if ARGV[5] == '1' then redis.call('HDEL', KEYS[1], ARGV[2]) end
return 1
