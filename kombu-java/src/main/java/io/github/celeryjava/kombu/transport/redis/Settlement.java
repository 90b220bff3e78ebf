package io.github.celeryjava.kombu.transport.redis;

import java.util.function.Supplier;

/** What is to be done to a message that was taken; may be done twice. */
sealed interface Settlement {

  /** What the message's record is known by. */
  String tag();

  /** The message is done with. */
  record Ack(String tag) implements Settlement {}

  /**
   * The message goes back to the queue it came from, marked as redelivered.
   *
   * @param queue where it goes
   * @param end where in the list
   * @param time asked last of all: the time that the index says if it is still ours
   */
  record PutBack(String tag, String queue, End end, Supplier<String> time) implements Settlement {}

  /** The ends of a list. */
  enum End {
    /** Served after all others. */
    BACK("LPUSH"),
    /** Served next. */
    FRONT("RPUSH");

    private final String command;

    End(String command) {
      this.command = command;
    }

    /** The command that pushes there. */
    String command() {
      return command;
    }
  }
}
