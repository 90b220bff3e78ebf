package io.github.celeryjava.interop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts workers and clients for the tests of a class, prints what they wrote when a test fails,
 * and ends them: after the test those that were started for it, after the last test with a peer all
 * others but the {@linkplain SharedPeers shared} ones. To be registered as an extension.
 */
public final class PeerProcesses
    implements BeforeEachCallback, AfterEachCallback, AfterClassTemplateInvocationCallback {

  private record Running(AutoCloseable process, Supplier<String> report) {}

  // Mutable state, newest first
  private final Deque<Running> ofClass = new ArrayDeque<>();
  private final Deque<Running> ofTest = new ArrayDeque<>();
  private boolean inTest;

  /** A worker that consumes already. */
  public PythonWorker worker(PythonPeer peer, PeerSetup setup) throws InterruptedException {
    PythonWorker worker = PythonWorker.start(peer, setup);
    remember(worker, worker::report);
    return worker;
  }

  public PythonClient client(PythonPeer peer, PeerSetup setup) {
    PythonClient client = PythonClient.start(peer, setup);
    remember(client, client::report);
    return client;
  }

  /** Sees to it that the shared worker runs; its queue is {@link SharedPeers#pythonQueue}. */
  void sharedWorker(PythonPeer peer, Results results) {
    remember(() -> {}, SharedPeers.pythonWorker(peer, results)::report);
  }

  /** The shared client, which sends to the shared Java worker. */
  PythonClient sharedClient(PythonPeer peer, Results results) {
    var unused = SharedPeers.javaWorker(results);
    PythonClient client = SharedPeers.pythonClient(peer, results);
    remember(() -> {}, client::report);
    return client;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    inTest = true;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      print(context.getDisplayName());
    }
    inTest = false;
    closeAll(ofTest);
  }

  @Override
  public void afterClassTemplateInvocation(ExtensionContext context) throws Exception {
    closeAll(ofClass);
  }

  private void remember(AutoCloseable process, Supplier<String> report) {
    (inTest ? ofTest : ofClass).push(new Running(process, report));
  }

  private void print(String test) {
    StringBuilder text = new StringBuilder("Python processes of the failed " + test + ":\n");
    ofTest.forEach(running -> text.append(running.report().get()).append('\n'));
    ofClass.forEach(running -> text.append(running.report().get()).append('\n'));
    System.err.print(text);
  }

  private static void closeAll(Deque<Running> running) throws Exception {
    while (!running.isEmpty()) {
      running.pop().process().close();
    }
  }
}
