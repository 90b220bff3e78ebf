package io.github.celeryjava.kombu.transport.redis;

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
   */
  record PutBack(String tag, String queue, End end) implements Settlement {}

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
