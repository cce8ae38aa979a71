#!lua flags=allow-oom
-- Give a lane back, with its journal, for any worker to go on with.
--
-- KEYS  ready
-- ARGV  entry, worker, lane, try, what is added to the tries: -1 if this one does not count
if not holds(unpack(ARGV, 1, 4)) then return 0 end
redis.call('HINCRBY', named('journal', ARGV[3]), 'tries', ARGV[5])
leave(ARGV[1])
place(ARGV[3])
return 1
