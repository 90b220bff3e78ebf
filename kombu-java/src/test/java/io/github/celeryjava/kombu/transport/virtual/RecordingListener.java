package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.TransportListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps the losses it hears of, for tests to wait for. */
final class RecordingListener implements TransportListener {

  private final BlockingQueue<OperationalException> losses = new LinkedBlockingQueue<>();

  @Override
  public void lost(OperationalException cause) {
    losses.add(cause);
  }

  @Override
  public void blocked(String reason) {}

  @Override
  public void unblocked() {}

  OperationalException loss() throws InterruptedException {
    OperationalException loss = losses.poll(10, TimeUnit.SECONDS);
    assertThat(loss).as("the loss of the connection within 10 s").isNotNull();
    return loss;
  }

  boolean heardOfLoss() {
    return !losses.isEmpty();
  }
}
