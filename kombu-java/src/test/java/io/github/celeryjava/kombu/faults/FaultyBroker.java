package io.github.celeryjava.kombu.faults;

import java.net.URI;
import java.util.Set;

/**
 * A broker of a test's own, and all that can be done to it. Every method returns when what it says
 * has happened.
 */
public interface FaultyBroker extends AutoCloseable {

  /** Name and version, for the table. */
  String name();

  /** Where it is, without the proxy that stands between it and the programs. */
  URI uri();

  /** The faults it can have. */
  Set<Fault> faults();

  /** Has it write to disk what was declared, where it would do so only later. */
  default void sync() {}

  /** Ends it with {@code kill -9}. */
  void kill();

  /** Ends it in the orderly way. */
  void stop();

  /** Starts it again, with its data. */
  void startAgain();

  /** Freezes it. */
  void pause();

  /** Ends a {@link #pause}. */
  void resume();

  /** Has it close the connections of all its clients. */
  void closeConnections();

  /** Has it take no more messages, for lack of memory or of disk. */
  default void block(Fault fault) {
    throw new UnsupportedOperationException(fault.toString());
  }

  /** Ends a {@link #block}. */
  default void unblock(Fault fault) {
    throw new UnsupportedOperationException(fault.toString());
  }

  /** Has it forget, for lack of memory, all that it may and that is no queue. */
  default void evict() {
    throw new UnsupportedOperationException("evict");
  }

  /**
   * How many connections both programs have when all that they need is open; 0 where none is opened
   * later than at the start.
   */
  default int connections() {
    return 0;
  }

  /** How many connections and channels it has open, as one text to compare. */
  String clients();

  @Override
  void close();
}
