package io.github.celeryjava.kombu.faults;

import io.github.celeryjava.kombu.testing.RedisServer;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;
import redis.clients.jedis.params.ClientKillParams.SkipMe;

/** A Redis with an append-only file, and what can be done to it. */
final class RedisFaults implements FaultyBroker {

  private final RedisServer server = RedisServer.start();
  private final String name = "Redis " + version();

  RedisFaults() {
    endSilentClients();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public URI uri() {
    return server.uri();
  }

  /** It has neither channels to close nor an alarm for its disk. */
  @Override
  public Set<Fault> faults() {
    return EnumSet.complementOf(EnumSet.of(Fault.CHANNEL_ERRORS, Fault.DISK_ALARM));
  }

  @Override
  public void kill() {
    server.kill();
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public void startAgain() {
    server.startAgain();
    endSilentClients();
  }

  @Override
  public void pause() {
    server.pause();
  }

  @Override
  public void resume() {
    server.resume();
  }

  @Override
  public void closeConnections() {
    ask(
        jedis -> {
          jedis.clientKill(new ClientKillParams().type(ClientType.PUBSUB));
          return jedis.clientKill(
              new ClientKillParams().type(ClientType.NORMAL).skipMe(SkipMe.YES));
        });
  }

  @Override
  public void block(Fault fault) {
    ask(jedis -> jedis.configSet("maxmemory", "1"));
  }

  @Override
  public void unblock(Fault fault) {
    ask(jedis -> jedis.configSet("maxmemory", "0"));
  }

  @Override
  public void evict() {
    ask(
        jedis -> {
          String[] gone =
              jedis.keys("*").stream().filter(key -> !isQueue(jedis, key)).toArray(String[]::new);
          return gone.length == 0 ? 0L : jedis.del(gone);
        });
  }

  /** The consumer looks at queues on one that it opens when it first finds them empty. */
  @Override
  public int connections() {
    return 7;
  }

  @Override
  public String clients() {
    return ask(jedis -> Long.toString(jedis.clientList().lines().count()));
  }

  @Override
  public void close() {
    server.close();
  }

  /** Without this it keeps the connections that a network has forgotten, unlike a RabbitMQ. */
  private void endSilentClients() {
    String seconds = Long.toString(2 * FaultScene.HEARTBEAT.toSeconds());
    ask(jedis -> jedis.configSet("timeout", seconds));
  }

  private static boolean isQueue(Jedis jedis, String key) {
    return jedis.type(key).equals("list");
  }

  private String version() {
    return ask(jedis -> jedis.info("server"))
        .lines()
        .filter(line -> line.startsWith("redis_version:"))
        .map(line -> line.substring(line.indexOf(':') + 1))
        .findFirst()
        .orElseThrow();
  }

  private <T> T ask(Function<Jedis, T> question) {
    try (Jedis jedis = new Jedis(server.uri())) {
      return question.apply(jedis);
    }
  }
}
