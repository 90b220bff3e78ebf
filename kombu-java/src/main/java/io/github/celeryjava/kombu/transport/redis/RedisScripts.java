package io.github.celeryjava.kombu.transport.redis;

/**
 * What has to happen inside of the server in one piece. Times are the server's own, in seconds with
 * six decimals, so that no two programs have to agree about the time.
 */
final class RedisScripts {

  /**
   * Takes messages from the lists of one queue, in their order, and writes for each what kombu
   * writes: its time into the index, its record into the hash. Writing comes first: a server
   * without memory refuses it, and then the message is still in its list. The body, which is most
   * of a message and comes first in it, is not parsed.
   *
   * <p>Keys: hash, index, who took what last, lists. Arguments: most messages, most bytes,
   * milliseconds that an unused list lasts or 0, name of the queue, what the tags of this take
   * begin with, milliseconds that what was taken last is worth knowing. Answer: tag and message in
   * turn; the tag of what is no JSON object is empty.
   *
   * <p>A record has a tag that belongs to one take alone, not the one in the message, which is the
   * same each time that a message is taken: so who is late with settling never settles what
   * somebody else holds by now.
   *
   * <p>A server without memory refuses commands that need some, but not after the first command of
   * a script that writes; removing nothing from the index is one. Taking makes room in the end.
   */
  static final RedisScript TAKE =
      new RedisScript(
          """
          local function parsed(message)
            local rest = message
            if string.match(message, '^{ *"body": *"') then
              local opening = string.find(message, '"', string.find(message, ':', 1, true), true)
              local closing = string.find(message, '"', opening + 1, true)
              if closing and string.byte(message, closing - 1) ~= 92 then
                rest = '{"body":""' .. string.sub(message, closing + 1)
              end
            end
            local ok, object = pcall(cjson.decode, rest)
            return ok and type(object) == 'table' and object or nil
          end
          local function text(value)
            return type(value) == 'string' and value or nil
          end
          local function table_in(object, name)
            return type(object[name]) == 'table' and object[name] or {}
          end
          local clock = redis.call('TIME')
          local now = clock[1] .. '.' .. string.format('%06d', clock[2])
          local most, bytes = tonumber(ARGV[1]), tonumber(ARGV[2])
          local answer, tags, size, failure = {}, {}, 0, nil
          redis.call('ZREM', KEYS[2], '')
          for k = 4, #KEYS do
            local taken = 0
            while #tags < most and size < bytes and not failure do
              local message = redis.call('LINDEX', KEYS[k], -1 - taken)
              if not message then break end
              local object = parsed(message)
              local tag = ''
              if object then
                local properties = table_in(object, 'properties')
                local info = table_in(properties, 'delivery_info')
                local exchange, key = text(info.exchange), text(info.routing_key)
                if not exchange or not key then exchange, key = '', ARGV[4] end
                tag = ARGV[5] .. '-' .. #tags
                local record = '[' .. message .. ', ' .. cjson.encode(exchange) .. ', '
                  .. cjson.encode(key) .. ']'
                local stored = redis.pcall('ZADD', KEYS[2], now, tag)
                if type(stored) == 'number' then
                  stored = redis.pcall('HSET', KEYS[1], tag, record)
                end
                if type(stored) ~= 'number' then failure = stored end
              end
              if not failure then
                taken = taken + 1
                size = size + #message
                tags[#tags + 1] = tag
                answer[#answer + 1] = tag
                answer[#answer + 1] = message
              end
            end
            if taken > 0 then redis.call('LTRIM', KEYS[k], 0, -1 - taken) end
            if ARGV[3] ~= '0' then redis.call('PEXPIRE', KEYS[k], ARGV[3]) end
          end
          if failure and #tags == 0 then return failure end
          if #tags > 0 then
            redis.pcall('SET', KEYS[3], table.concat(tags, '\\n'), 'PX', ARGV[6])
          end
          return answer
          """);

  /**
   * Takes messages for a consumer that settles nothing. Keys: lists. Arguments: most messages, most
   * bytes, milliseconds that an unused list lasts or 0. Answer: the messages.
   */
  static final RedisScript TAKE_UNTRACKED =
      new RedisScript(
          """
          local most, bytes = tonumber(ARGV[1]), tonumber(ARGV[2])
          local answer, size = {}, 0
          for k = 1, #KEYS do
            while #answer < most and size < bytes do
              local message = redis.call('RPOP', KEYS[k])
              if not message then break end
              size = size + #message
              answer[#answer + 1] = message
            end
            if ARGV[3] ~= '0' then redis.call('PEXPIRE', KEYS[k], ARGV[3]) end
          end
          return answer
          """);

  /**
   * Puts a message back, unless somebody else did. Keys: hash, index, lists. Arguments: tag, the
   * time it must have or nothing, LPUSH or RPUSH, an envelope for each list. Answer: whether it was
   * there. Pushing comes before forgetting, as in {@link #TAKE}.
   */
  static final RedisScript PUT_BACK =
      new RedisScript(
          """
          local time = redis.call('ZSCORE', KEYS[2], ARGV[1])
          if ARGV[2] ~= '' and (not time or tonumber(time) ~= tonumber(ARGV[2])) then return 0 end
          if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
            redis.call('ZREM', KEYS[2], ARGV[1])
            return 0
          end
          redis.call('ZREM', KEYS[2], '')
          for k = 3, #KEYS do redis.call(ARGV[3], KEYS[k], ARGV[k + 1]) end
          redis.call('ZREM', KEYS[2], ARGV[1])
          redis.call('HDEL', KEYS[1], ARGV[1])
          return 1
          """);

  /**
   * Says that messages are still held. The server may have evicted the index, then it is made anew.
   * Keys: hash, index. Arguments: their tags. Answer: the tags of those that are no longer ours.
   */
  static final RedisScript RENEW =
      new RedisScript(
          """
          local clock = redis.call('TIME')
          local now = clock[1] .. '.' .. string.format('%06d', clock[2])
          local answer = {}
          redis.call('ZREM', KEYS[2], '')
          for i = 1, #ARGV do
            if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then
              redis.call('ZADD', KEYS[2], now, ARGV[i])
            else
              answer[#answer + 1] = ARGV[i]
            end
          end
          return answer
          """);

  /**
   * Lists what is recorded but not in the index, which the server may have evicted: without it
   * nobody would put these messages back. Their time begins now. Keys: hash, index. Answer: how
   * many there were.
   */
  static final RedisScript LIST_ANEW =
      new RedisScript(
          """
          if redis.call('HLEN', KEYS[1]) <= redis.call('ZCARD', KEYS[2]) then return 0 end
          local clock = redis.call('TIME')
          local now = clock[1] .. '.' .. string.format('%06d', clock[2])
          local added = 0
          for _, tag in ipairs(redis.call('HKEYS', KEYS[1])) do
            added = added + redis.call('ZADD', KEYS[2], 'NX', now, tag)
          end
          return added
          """);

  /**
   * Finds messages that nobody has renewed in time, the latest first as kombu does. Keys: index.
   * Arguments: seconds that somebody may hold one, how many to pass over, most messages. Answer:
   * tag and time in turn.
   */
  static final RedisScript OVERDUE =
      new RedisScript(
          """
          local clock = redis.call('TIME')
          local before = tonumber(clock[1]) + tonumber(clock[2]) / 1000000 - tonumber(ARGV[1])
          return redis.call('ZRANGE', KEYS[1], string.format('%.6f', before), 0,
            'BYSCORE', 'REV', 'LIMIT', ARGV[2], ARGV[3], 'WITHSCORES')
          """);

  /** Gives a lock back if it is still held. Keys: lock. Arguments: what its holder wrote. */
  static final RedisScript RELEASE =
      new RedisScript(
          """
          if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
          return 0
          """);

  private RedisScripts() {}
}
