package io.github.celeryjava.interop;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;

/** A program that takes messages, settles none, and waits to be killed. */
final class DyingTaker {

  private DyingTaker() {}

  public static void main(String[] arguments) throws InterruptedException {
    Connection connection = Connection.open(arguments[0]);
    Channel channel = connection.channel();
    int count = Integer.parseInt(arguments[2]);
    for (int i = 0; i < count; i++) {
      if (channel.get(arguments[1], AckMode.MANUAL).isEmpty()) {
        throw new IllegalStateException("there are only " + i + " messages");
      }
    }
    System.out.println("took " + count);
    Thread.currentThread().join();
  }
}
