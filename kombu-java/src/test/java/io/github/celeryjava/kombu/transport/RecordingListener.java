package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A listener that keeps what it hears and lets a test wait for it. Thread-safe. */
public final class RecordingListener implements TransportListener {

  private final List<OperationalException> losses = new CopyOnWriteArrayList<>();
  private final List<String> blockings = new CopyOnWriteArrayList<>();

  @Override
  public void lost(OperationalException cause) {
    losses.add(cause);
  }

  @Override
  public void blocked(String reason) {
    blockings.add(reason);
  }

  @Override
  public void unblocked() {
    blockings.add("unblocked");
  }

  /** Every loss so far; there may be one at most. */
  public List<OperationalException> losses() {
    return List.copyOf(losses);
  }

  public OperationalException awaitLoss(Duration limit) {
    Awaitility.await("the loss of the connection").atMost(limit).until(() -> !losses.isEmpty());
    return losses.get(0);
  }

  /** The reasons of blocking, and {@code unblocked}, in order. */
  public List<String> blockings() {
    return List.copyOf(blockings);
  }
}
