/**
 * `KEYS[1]`: a record; the other keys: its counters. `ARGV`: ttl, member, one bound for each counter (-1: none), then
 * fields and values.
 */
export const createRecord = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[1])
-- The first command that writes is one that a Redis without memory refuses.
for i = 2, #KEYS do
  local max = tonumber(ARGV[i + 1])
  local count = redis.call('ZCOUNT', KEYS[i], '(' .. now, '+inf')
  if max >= 0 and count >= max and not redis.call('ZSCORE', KEYS[i], ARGV[2]) then return 0 end
end
for i = 2, #KEYS do
  redis.call('ZADD', KEYS[i], now + ttl, ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  if redis.call('PTTL', KEYS[i]) < ttl then redis.call('PEXPIRE', KEYS[i], ttl) end
end
for i = #KEYS + 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ttl)
return 1
`;

/** `KEYS[1]`: the record. */
export const readRecord = `return redis.call('HGETALL', KEYS[1])`;

/** `KEYS[1]`: the record. `ARGV`: the number of fields to set, these with their values, then the fields to remove. */
export const changeRecord = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local last = 1 + 2 * tonumber(ARGV[1])
for i = 2, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return 1
`;

/** `KEYS[1]`: the record. `ARGV`: field, value, and the value that it may replace. */
export const claimField = `
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and held ~= ARGV[3] then return held end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]
`;

/** `KEYS[1]`: a record; the other keys: its counters. `ARGV`: ttl, member. */
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

/** `KEYS[1]`: the counter. */
export const countMembers = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZCARD', KEYS[1])
`;

/**
 * Removes the item with that name from a budget, and returns the bytes of all items. `KEYS[2]`: the items by their
 * expiry time; `KEYS[3]`: the bytes of each item, and of all.
 */
const uncount = `
local function uncount(name)
  redis.call('ZREM', KEYS[2], name)
  local size = redis.call('HGET', KEYS[3], name)
  if not size then return tonumber(redis.call('HGET', KEYS[3], '') or 0) end
  redis.call('HDEL', KEYS[3], name)
  return redis.call('HINCRBY', KEYS[3], '', -size)
end
`;

/** `KEYS`: a record or a log, a budget, the bytes of the log, then counters. `ARGV[1]`: member. */
export const deleteKeys = `${uncount}
redis.call('DEL', KEYS[1], KEYS[4])
uncount(KEYS[1])
for i = 5, #KEYS do redis.call('ZREM', KEYS[i], ARGV[1]) end
return 1
`;

/**
 * Adds `KEYS[1]` with `size` bytes to a budget, and drops older items to make room. `ARGV[1]`: the limit of bytes (-1:
 * none).
 */
const charge = `${uncount}
local function charge(size)
  local max = tonumber(ARGV[1])
  if max < 0 then return end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local ttl = redis.call('PTTL', KEYS[1])
  if ttl < 0 then return uncount(KEYS[1]) end
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do uncount(name) end
  uncount(KEYS[1])
  if redis.call('ZCARD', KEYS[2]) == 0 then redis.call('DEL', KEYS[3]) end
  local total = redis.call('HINCRBY', KEYS[3], '', size)
  redis.call('HSET', KEYS[3], KEYS[1], size)
  while total > max do
    local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
    if not oldest then break end
    redis.call('DEL', oldest, oldest .. ':bytes')
    total = uncount(oldest)
  end
  redis.call('ZADD', KEYS[2], now + ttl, KEYS[1])
  for i = 2, 3 do
    if redis.call('PTTL', KEYS[i]) < ttl then redis.call('PEXPIRE', KEYS[i], ttl) end
  end
end
`;

/** `KEYS`: the record, and a budget. `ARGV`: those of the budget, then the bytes of the record. */
export const chargeRecord = `${charge}
charge(tonumber(ARGV[2]))
return 1
`;

/**
 * `KEYS`: the log, a budget, the bytes of the log. `ARGV`: those of the budget, then text, ttl, most entries, most
 * bytes.
 */
export const appendEntry = `${charge}
local overhead = 64
local total = redis.call('INCRBY', KEYS[4], #ARGV[2] + overhead)
redis.call('XADD', KEYS[1], '*', 'text', ARGV[2])
local length = redis.call('XLEN', KEYS[1])
while length > 0 and (length > tonumber(ARGV[4]) or total > tonumber(ARGV[5])) do
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', KEYS[1], first[1])
  total = total - #first[2][2] - overhead
  length = length - 1
end
redis.call('SET', KEYS[4], total, 'PX', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
-- Its first entry takes a whole node of that size.
charge(total + 4096)
return 1
`;

/** `KEYS[1]`: the log. `ARGV[1]`: the start of the range. */
export const readEntries = `return redis.call('XRANGE', KEYS[1], ARGV[1], '+')`;

/**
 * `KEYS`: the processes, the mark of the data. `ARGV`: this process, ms without a heartbeat after which a process is
 * dead, a new mark. Returns the mark, the live processes, the dead ones, and 1 if this process was missing.
 */
export const beat = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local added = redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 60000)
redis.call('PEXPIRE', KEYS[1], 60000)
redis.call('SET', KEYS[2], ARGV[3], 'NX')
redis.call('PEXPIRE', KEYS[2], 86400000)
local alive = redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[2], '+inf')
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - ARGV[2]))
return {redis.call('GET', KEYS[2]), alive, dead, added}
`;

/**
 * `KEYS[1]`: the processes. `ARGV`: a process, and this process. Returns ms since the last heartbeat of the first; 0 if
 * those of both are missing, because the key is lost.
 */
export const ageOf = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not at and not redis.call('ZSCORE', KEYS[1], ARGV[2]) then return 0 end
return at and (now - at) or false
`;
