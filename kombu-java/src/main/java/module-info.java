/**
 * Messaging that speaks with Python's kombu.
 *
 * <p>What is exported to everybody is the API and the SPI; a few internals go to celery-java, which
 * is released together with this module. Drivers are needed only for the transports that use them.
 */
@SuppressWarnings("module") // celery-java is built after this module, and is not there to be found
module io.github.celeryjava.kombu {
  requires com.fasterxml.jackson.core;
  requires transitive com.fasterxml.jackson.databind;
  requires static com.aayushatharva.brotli4j;
  requires static com.github.luben.zstd_jni;
  requires static com.rabbitmq.client;
  requires static msgpack.core;
  requires static org.apache.commons.compress;
  requires org.apache.commons.pool2;
  requires static transitive org.jspecify;
  requires org.slf4j;
  requires static org.tukaani.xz;
  requires static org.yaml.snakeyaml;
  requires static redis.clients.jedis;

  exports io.github.celeryjava.kombu;
  exports io.github.celeryjava.kombu.compression;
  exports io.github.celeryjava.kombu.entity;
  exports io.github.celeryjava.kombu.exceptions;
  exports io.github.celeryjava.kombu.observation;
  exports io.github.celeryjava.kombu.patterns;
  exports io.github.celeryjava.kombu.pidbox;
  exports io.github.celeryjava.kombu.serialization;
  exports io.github.celeryjava.kombu.transport;
  exports io.github.celeryjava.kombu.transport.virtual;
  exports io.github.celeryjava.kombu.internal to
      io.github.celeryjava.celery;
  exports io.github.celeryjava.kombu.transport.redis to
      io.github.celeryjava.celery;

  uses io.github.celeryjava.kombu.compression.Compressor;
  uses io.github.celeryjava.kombu.pidbox.NodeMatcher;
  uses io.github.celeryjava.kombu.serialization.Serializer;
  uses io.github.celeryjava.kombu.transport.TransportProvider;

  provides io.github.celeryjava.kombu.transport.TransportProvider with
      io.github.celeryjava.kombu.transport.amqp.AmqpTransport,
      io.github.celeryjava.kombu.transport.filesystem.FilesystemTransport,
      io.github.celeryjava.kombu.transport.memory.MemoryTransport,
      io.github.celeryjava.kombu.transport.redis.RedisTransport;
}
