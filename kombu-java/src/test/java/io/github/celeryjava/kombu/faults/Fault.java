package io.github.celeryjava.kombu.faults;

import java.time.Duration;

/** What is done to a broker, to the network, or to the threads of a program, and undone again. */
public enum Fault {
  BROKER_KILLED("broker killed (`kill -9`) and started again", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.broker().kill();
      scene.pause(Duration.ofSeconds(1));
      scene.broker().startAgain();
    }
  },
  BROKER_RESTARTED("broker stopped and started again", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.broker().stop();
      scene.broker().startAgain();
    }
  },
  BROKER_FROZEN("broker frozen (`SIGSTOP`)", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.broker().pause();
      scene.hold();
      scene.broker().resume();
    }
  },
  CONNECTIONS_RESET("connections cut (TCP reset)", Pace.QUICK) {
    @Override
    void strike(FaultScene scene) {
      scene.proxy().reset();
    }
  },
  CONNECTIONS_ENDED("connections ended by the peer (TCP end)", Pace.QUICK) {
    @Override
    void strike(FaultScene scene) {
      scene.proxy().finish();
    }
  },
  CONNECTIONS_CUT_ANYWHERE("connections cut in the middle of a frame", Pace.QUICK) {
    @Override
    void strike(FaultScene scene) {
      scene.resetInTheMiddle();
    }
  },
  NETWORK_STALLED("network stalled, then goes on", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.proxy().stall();
      scene.hold();
      scene.proxy().resume();
    }
  },
  NETWORK_SWALLOWS("network loses every byte, then works again", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.proxy().swallow();
      scene.hold();
      scene.proxy().restore();
    }
  },
  HALF_OPEN("connections forgotten by the network (half-open), nobody told", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.proxy().forget();
    }

    @Override
    Duration limit() {
      return FaultScene.HEARTBEAT.multipliedBy(2).plus(FaultScene.LIMIT);
    }
  },
  NETWORK_SLOW("network slow (20 kB/s)", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.proxy().slowDown(20_000);
      scene.holdShortly();
      scene.proxy().restore();
    }
  },
  CLOSED_BY_BROKER("connections closed by the broker", Pace.QUICK) {
    @Override
    void strike(FaultScene scene) {
      scene.broker().closeConnections();
    }
  },
  CHANNEL_ERRORS("channels closed by the broker for errors", Pace.QUICK) {
    @Override
    void strike(FaultScene scene) {
      scene.programs().provokeChannelErrors();
    }
  },
  MEMORY_ALARM("broker short of memory (blocked connections)", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.broker().block(this);
      scene.holdShortly();
      scene.broker().unblock(this);
    }
  },
  DISK_ALARM("broker short of disk (blocked connections)", Pace.SLOW) {
    @Override
    void strike(FaultScene scene) {
      scene.broker().block(this);
      scene.holdShortly();
      scene.broker().unblock(this);
    }
  },
  EVICTION("all keys but the queues gone, as by eviction", Pace.QUICK) {
    @Override
    void strike(FaultScene scene) {
      scene.broker().evict();
    }
  },
  INTERRUPTS("publishing and settling threads interrupted", Pace.QUICK) {
    @Override
    void strike(FaultScene scene) {
      int connections = scene.proxy().accepted();
      scene.programs().interrupt(Duration.ofMillis(300));
      scene.requireSameConnections(connections);
    }
  };

  /** How long a fault takes, and so how many rounds of it there are. */
  enum Pace {
    QUICK(100),
    SLOW(10);

    private final int rounds;

    Pace(int rounds) {
      this.rounds = rounds;
    }
  }

  private final String text;
  private final Pace pace;

  Fault(String text, Pace pace) {
    this.text = text;
    this.pace = pace;
  }

  /** Does it, and undoes it; returns when the broker is back and the network works. */
  abstract void strike(FaultScene scene);

  /** How long after that everything has to work again. */
  Duration limit() {
    return FaultScene.LIMIT;
  }

  /** One, or all of them with {@code -Dcelery.full=true}. */
  int rounds() {
    return FaultScene.FULL ? pace.rounds : 1;
  }

  /** What the table says. */
  @Override
  public String toString() {
    return text;
  }
}
