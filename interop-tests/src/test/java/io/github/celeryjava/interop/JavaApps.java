package io.github.celeryjava.interop;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Java clients of a test, closed after it. To be registered as an extension. */
final class JavaApps implements AfterEachCallback {

  private final List<Celery> apps = new ArrayList<>();

  /** An app that sends to the Python worker with such results. */
  Celery toPython(PythonPeer peer, Results results) {
    return toPython(peer, results, builder -> builder);
  }

  /** The same with more settings. */
  Celery toPython(PythonPeer peer, Results results, UnaryOperator<CeleryBuilder> more) {
    return add(more.apply(SharedPeers.javaApp(results, SharedPeers.pythonQueue(peer, results))));
  }

  /** An app that sends to the Java worker with such results. */
  Celery toJava(Results results) {
    return add(SharedPeers.javaApp(results, SharedPeers.javaQueue(results)));
  }

  /** An app of a test's own. */
  Celery add(CeleryBuilder builder) {
    Celery app = builder.build();
    apps.add(app);
    return app;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    apps.forEach(Celery::close);
    apps.clear();
  }
}
