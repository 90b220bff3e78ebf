package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Apps for the command line to find, good and bad. */
public final class CliApps {

  static final String BROKER = "memory://cli-test";

  private CliApps() {}

  /** Reaches a broker in this process. */
  public static final class Memory implements CeleryProvider {
    @Override
    public Celery get() {
      return Celery.builder().withoutEnvironment().broker(BROKER).backend("rpc://").build();
    }
  }

  /** Has two queues and makes no others. */
  public static final class Strict implements CeleryProvider {
    @Override
    public Celery get() {
      return Celery.builder()
          .withoutEnvironment()
          .broker(BROKER)
          .set("task_create_missing_queues", false)
          .set("task_queues", Map.of("mail", Map.of()))
          .build();
    }
  }

  /** Reaches no broker. */
  public static final class Unreachable implements CeleryProvider {
    @Override
    public Celery get() {
      return Celery.builder().withoutEnvironment().broker("amqp://me:geheim@127.0.0.1:1//").build();
    }
  }

  /** Has what the environment says. */
  public static final class FromEnvironment implements CeleryProvider {
    @Override
    public Celery get() {
      return Celery.builder().build();
    }
  }

  /** Has a task that runs until a line is typed, or it is interrupted. */
  public static final class Waiting implements CeleryProvider {
    @Override
    public Celery get() {
      CountDownLatch typed = new CountDownLatch(1);
      Thread keyboard = new Thread(() -> awaitLine(typed));
      keyboard.setDaemon(true);
      keyboard.start();
      Celery app = Celery.builder().withoutEnvironment().broker("memory://waiting").build();
      app.task("cli.wait", String.class).runs(context -> await(typed));
      app.send("cli.wait");
      return app;
    }

    private static String await(CountDownLatch typed) throws InterruptedException {
      System.out.println("task started");
      try {
        typed.await();
      } catch (InterruptedException e) {
        System.out.println("task interrupted");
        throw e;
      }
      System.out.println("task ended");
      return "done";
    }

    private static void awaitLine(CountDownLatch typed) {
      try {
        if (System.in.read() >= 0) {
          typed.countDown();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public static final class NoProvider {}

  public static final class Throwing implements CeleryProvider {
    @Override
    public Celery get() {
      throw new IllegalStateException("the database\n  is away");
    }
  }

  public static final class Unmakable implements CeleryProvider {
    public Unmakable() {
      throw new UnsupportedOperationException("not like this");
    }

    @Override
    public Celery get() {
      throw new AssertionError();
    }
  }

  public static final class Demanding implements CeleryProvider {
    public Demanding(List<String> what) {
      what.clear();
    }

    @Override
    public Celery get() {
      throw new AssertionError();
    }
  }

  public static final class Hidden implements CeleryProvider {
    private Hidden() {}

    @Override
    public Celery get() {
      throw new AssertionError();
    }
  }

  public static final class Empty implements CeleryProvider {
    @Override
    public Celery get() {
      return null;
    }
  }
}
