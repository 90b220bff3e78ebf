package io.github.celeryjava.kombu.testing;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Servers that all tests of a JVM share: given by a URL in the environment, or started on first use
 * as a local program, or else in a container. Nobody may stop them or delete what others put there,
 * so queues and keys carry names of their own.
 *
 * <p>A test that needs what cannot be had is skipped, or fails when {@code
 * CELERY_JAVA_TEST_SERVICES=required} is set.
 */
public final class Services {

  /** A kind of server. */
  record Service(String name, String variable, String remedy) {}

  static final Service RABBITMQ =
      new Service(
          "RabbitMQ",
          "CELERY_JAVA_TEST_AMQP_URL",
          "install the package rabbitmq-server or start Docker");

  static final Service REDIS =
      new Service(
          "Redis",
          "CELERY_JAVA_TEST_REDIS_URL",
          "install the package redis-server or start Docker");

  private static final String POLICY_VARIABLE = "CELERY_JAVA_TEST_SERVICES";

  private Services() {}

  /**
   * The shared RabbitMQ.
   *
   * @return for example {@code amqp://guest:guest@127.0.0.1:5672/%2F}
   */
  public static URI amqp() {
    return given(RABBITMQ)
        .or(() -> SharedRabbit.SERVER.map(RabbitServer::uri))
        .orElseThrow(() -> missing(RABBITMQ));
  }

  /**
   * The shared Redis.
   *
   * @return for example {@code redis://127.0.0.1:6379/0}
   */
  public static URI redis() {
    return given(REDIS)
        .or(() -> SharedRedis.SERVER.map(RedisServer::uri))
        .orElseThrow(() -> missing(REDIS));
  }

  /**
   * Ends the running test because something it needs is missing on this machine: as skipped, or as
   * failed where services are required. Never returns normally.
   *
   * @param what what is missing
   * @param remedy what to do about it
   * @return nothing; declared so that a caller can write {@code throw}
   */
  public static AssertionError missing(String what, String remedy) {
    String message = what + " is missing: " + remedy;
    if ("required".equals(System.getenv(POLICY_VARIABLE))) {
      throw new AssertionError(message);
    }
    return Assumptions.abort(message);
  }

  static AssertionError missing(Service service) {
    return missing(service.name(), service.remedy() + ", or set " + service.variable());
  }

  private static Optional<URI> given(Service service) {
    return Optional.ofNullable(System.getenv(service.variable()))
        .filter(url -> !url.isBlank())
        .map(URI::create);
  }

  // Started when first touched and stopped with this JVM.
  private static final class SharedRabbit {
    static final Optional<RabbitServer> SERVER = RabbitServer.startIfPossible();
  }

  private static final class SharedRedis {
    static final Optional<RedisServer> SERVER = RedisServer.startIfPossible();
  }
}
