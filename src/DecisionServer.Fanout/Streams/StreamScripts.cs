namespace DecisionServer.Fanout;

/// <summary>
/// The two things done to the stream, each atomic. Entries have one field: <c>c</c> with the content, or <c>t</c>, empty: read it from truth.
/// Numbers stay below 2^53, where Lua's are exact.
/// </summary>
internal static class StreamScripts
{
    /// <summary>
    /// ARGV: epoch, id for a new stream, items kept, longest hole, channel, number of the first item, then field and content of each.
    /// Answers: 0 appended | 1 gap | 2 appended after the epoch changed; last; how many were added.
    /// </summary>
    public const string Announce =
        """
        local head = redis.call('HMGET', KEYS[1], 'epoch', 'id', 'last')
        local id, last, first, count = head[2], tonumber(head[3] or ''), tonumber(ARGV[6]), (#ARGV - 6) / 2
        local function anew()
          redis.call('DEL', KEYS[1], KEYS[2])
          id, last = ARGV[2], nil
        end
        local changed = 0
        if not head[1] or not id then
          anew()
        elseif head[1] ~= ARGV[1] then
          anew()
          changed = 2
        elseif last and redis.call('EXISTS', KEYS[2]) == 0 then
          anew()
        elseif count > 0 and last and first > last + 1 then
          if first - last - 1 <= tonumber(ARGV[4]) then
            return {1, string.format('%.0f', last), 0}
          end
          anew()
        end
        local added = 0
        for i = 1, count do
          local number = first + i - 1
          if not last or number > last then
            local entry, field, content = string.format('%.0f-0', number), ARGV[5 + 2 * i], ARGV[6 + 2 * i]
            local reply = redis.pcall('XADD', KEYS[2], entry, field, content)
            if type(reply) == 'table' and reply.err then
              if not string.find(reply.err, 'equal or smaller', 1, true) then
                return redis.error_reply(reply.err)
              end
              anew()
              redis.call('XADD', KEYS[2], entry, field, content)
            end
            last = number
            added = added + 1
          end
        end
        local text = last and string.format('%.0f', last) or ''
        redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'id', id, 'last', text)
        if added > 0 then
          redis.call('XTRIM', KEYS[2], 'MAXLEN', '~', ARGV[3])
          redis.pcall('PUBLISH', ARGV[5], text)
        end
        return {changed, text, added}
        """;

    /// <summary>
    /// ARGV: epoch, number of the first item wanted, items at most, id for a new stream, id of the stream of another epoch to replace (or empty).
    /// Begins a new stream where there is none: what is announced from then on is in it, what was before is in truth.
    /// Answers: id, epoch, last, name of the server's run (empty where the wanted item is there), entries.
    /// </summary>
    public const string Read =
        """
        local head = redis.call('HMGET', KEYS[1], 'epoch', 'id', 'last')
        local epoch, id, last = head[1], head[2], head[3]
        local info = function()
          local text = redis.pcall('INFO', 'server')
          return type(text) == 'string' and string.match(text, 'run_id:(%w+)') or ''
        end
        local lost = last and last ~= '' and redis.call('EXISTS', KEYS[2]) == 0
        if not epoch or not id or lost or (epoch ~= ARGV[1] and id == ARGV[5]) then
          redis.call('DEL', KEYS[1], KEYS[2])
          redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'id', ARGV[4], 'last', '')
          return {ARGV[4], ARGV[1], '', info(), {}}
        end
        if epoch ~= ARGV[1] then
          return {id, epoch, '', info(), {}}
        end
        local entries = redis.call('XRANGE', KEYS[2], ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])
        return {id, epoch, last or '', (not entries[1] or entries[1][1] ~= ARGV[2] .. '-0') and info() or '', entries}
        """;
}
