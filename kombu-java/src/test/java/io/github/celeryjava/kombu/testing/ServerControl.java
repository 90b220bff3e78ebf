package io.github.celeryjava.kombu.testing;

import java.util.List;

/**
 * One server with data of its own that can be started again after it ended, always on the same
 * port: a program of this machine or a container.
 */
interface ServerControl {

  /** Starts the server; returns before it is ready. */
  void start();

  /** Ends the server in the orderly way and returns when it has ended. Its data stays. */
  void stop();

  /** Ends the server with {@code kill -9}. Its data stays as that leaves it. */
  void kill();

  /** Freezes the server with its connections open. */
  void pause();

  void resume();

  boolean isAlive();

  /** Runs an administrator's command beside the server and returns what it wrote. */
  String run(List<String> command);

  /** The server's state and last lines of log, for the message of a failure. */
  String report();

  /** Ends the server if it is running and deletes its data. */
  void discard();
}
