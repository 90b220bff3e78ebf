package io.github.celeryjava.kombu.transport.redis;

import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** A message that was never recorded, on its way back to its list. Immutable. */
final class RawPush {

  private final CommandArguments command;

  RawPush(byte[] list, byte[] envelope, Settlement.End end) {
    command = new CommandArguments(Command.valueOf(end.command())).add(list).add(envelope);
  }

  CommandArguments command() {
    return command;
  }
}
