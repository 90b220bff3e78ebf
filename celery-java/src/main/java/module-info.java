/**
 * Celery for Java.
 *
 * <p>What is exported is the API and the SPI. Of {@code protocol} that is what {@code Amqp} makes
 * messages of and what result backends keep; its other types are marked as internal. Drivers and
 * the libraries of the command line are needed only by those who use them.
 */
module io.github.celeryjava.celery {
  requires static ch.qos.logback.classic;
  requires static ch.qos.logback.core;
  requires com.fasterxml.jackson.databind;
  requires static info.picocli;
  requires transitive io.github.celeryjava.kombu;
  requires jdk.unsupported; // the signals of the command line, reached by name
  requires static transitive org.jspecify;
  requires org.slf4j;
  requires static redis.clients.jedis;

  exports io.github.celeryjava.celery;
  exports io.github.celeryjava.celery.canvas;
  exports io.github.celeryjava.celery.config;
  exports io.github.celeryjava.celery.exceptions;
  exports io.github.celeryjava.celery.protocol;
  exports io.github.celeryjava.celery.result;
  exports io.github.celeryjava.celery.routing;
  exports io.github.celeryjava.celery.task;
  exports io.github.celeryjava.celery.worker;
  exports io.github.celeryjava.celery.worker.pool;

  opens io.github.celeryjava.celery.cli to
      info.picocli;

  uses io.github.celeryjava.celery.result.ResultBackendProvider;

  provides io.github.celeryjava.celery.result.ResultBackendProvider with
      io.github.celeryjava.celery.backend.MemoryBackendProvider,
      io.github.celeryjava.celery.backend.RpcBackendProvider,
      io.github.celeryjava.celery.backend.redis.RedisBackendProvider;
}
