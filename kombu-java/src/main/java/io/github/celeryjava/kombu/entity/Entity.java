package io.github.celeryjava.kombu.entity;

/** What can be declared on a broker. */
public sealed interface Entity permits Exchange, Queue {

  /** Its name on the broker; empty for the default exchange and for a queue yet to be named. */
  String name();
}
