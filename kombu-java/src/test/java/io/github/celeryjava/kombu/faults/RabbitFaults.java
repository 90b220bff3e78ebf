package io.github.celeryjava.kombu.faults;

import io.github.celeryjava.kombu.testing.RabbitServer;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;

/** A RabbitMQ and what can be done to it. */
final class RabbitFaults implements FaultyBroker {

  private final RabbitServer server = RabbitServer.start();
  private final String name = "RabbitMQ " + server.ctl("version").strip();

  @Override
  public String name() {
    return name;
  }

  @Override
  public URI uri() {
    return server.uri();
  }

  @Override
  public Set<Fault> faults() {
    return EnumSet.complementOf(EnumSet.of(Fault.EVICTION));
  }

  @Override
  public void sync() {
    server.syncDeclarations();
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
    server.ctl("close_all_connections", "by the operator");
  }

  @Override
  public void block(Fault fault) {
    if (fault == Fault.DISK_ALARM) {
      server.ctl("set_disk_free_limit", "mem_relative", "100000.0");
    } else {
      server.ctl("set_vm_memory_high_watermark", "absolute", "1");
    }
  }

  @Override
  public void unblock(Fault fault) {
    if (fault == Fault.DISK_ALARM) {
      server.ctl("set_disk_free_limit", "1MB");
    } else {
      server.ctl("set_vm_memory_high_watermark", "0.4");
    }
  }

  @Override
  public String clients() {
    return server
        .ctl("eval", "{length(rabbit_networking:connections()), length(rabbit_channel:list())}.")
        .strip();
  }

  @Override
  public void close() {
    server.close();
  }
}
