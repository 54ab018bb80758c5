/** `KEYS[1]` a record, the others its counters. `ARGV`: ttl, member, one bound for each counter (-1: none), then fields and values. */
export const createRecord = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[1])
for i = 2, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  local max = tonumber(ARGV[i + 1])
  if max >= 0 and redis.call('ZCARD', KEYS[i]) >= max and not redis.call('ZSCORE', KEYS[i], ARGV[2]) then
    return 0
  end
end
for i = 2, #KEYS do
  redis.call('ZADD', KEYS[i], now + ttl, ARGV[2])
  if redis.call('PTTL', KEYS[i]) < ttl then redis.call('PEXPIRE', KEYS[i], ttl) end
end
for i = #KEYS + 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ttl)
return 1
`;

/** `KEYS[1]`: the record. */
export const readRecord = `return redis.call('HGETALL', KEYS[1])`;

/** `KEYS[1]`: the record. `ARGV`: how many fields are set, these with their values, then those that are removed. */
export const changeRecord = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local last = 1 + 2 * tonumber(ARGV[1])
for i = 2, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return 1
`;

/** `KEYS[1]`: the record. `ARGV`: field, value, and the value that it may take the place of. */
export const claimField = `
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and held ~= ARGV[3] then return held end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]
`;

/** `KEYS[1]` a record, the others its counters. `ARGV`: ttl, member. */
export const touchRecord = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[1])
if redis.call('PEXPIRE', KEYS[1], ttl) == 0 then
  for i = 2, #KEYS do redis.call('ZREM', KEYS[i], ARGV[2]) end
  return 0
end
for i = 2, #KEYS do
  redis.call('ZADD', KEYS[i], now + ttl, ARGV[2])
  if redis.call('PTTL', KEYS[i]) < ttl then redis.call('PEXPIRE', KEYS[i], ttl) end
end
return 1
`;

/** `KEYS`: a record or a log, the bytes of the log, then counters. `ARGV[1]`: member. */
export const deleteKeys = `
redis.call('DEL', KEYS[1], KEYS[2])
for i = 3, #KEYS do redis.call('ZREM', KEYS[i], ARGV[1]) end
return 1
`;

/** `KEYS[1]`: the counter. */
export const countMembers = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZCARD', KEYS[1])
`;

/** `KEYS`: the log, its bytes. `ARGV`: text, ttl, most entries, most bytes. */
export const appendEntry = `
local total = redis.call('INCRBY', KEYS[2], #ARGV[1])
redis.call('XADD', KEYS[1], '*', 'text', ARGV[1])
local length = redis.call('XLEN', KEYS[1])
while length > 0 and (length > tonumber(ARGV[3]) or total > tonumber(ARGV[4])) do
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', KEYS[1], first[1])
  total = total - #first[2][2]
  length = length - 1
end
redis.call('SET', KEYS[2], total, 'PX', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`;

/** `KEYS[1]`: the log. `ARGV[1]`: where the range begins. */
export const readEntries = `return redis.call('XRANGE', KEYS[1], ARGV[1], '+')`;

/**
 * `KEYS`: the processes, the mark of the data. `ARGV`: this process, ms without a sign of life after which one is gone, a new mark.
 * Returns the mark, and the processes that are alive.
 */
export const beat = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 60000)
redis.call('PEXPIRE', KEYS[1], 60000)
redis.call('SET', KEYS[2], ARGV[3], 'NX')
redis.call('PEXPIRE', KEYS[2], 86400000)
return {redis.call('GET', KEYS[2]), redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[2], '+inf')}
`;

/** `KEYS[1]`: the processes. `ARGV`: a process. Returns ms since its last sign of life. */
export const ageOf = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = redis.call('ZSCORE', KEYS[1], ARGV[1])
return at and (now - at) or false
`;
