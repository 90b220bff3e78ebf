package io.github.celeryjava.celery.worker.pool;

import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadPoolTest extends TaskPoolContract {

  @Override
  TaskPool open(int limit) {
    return PoolKind.VIRTUAL.open(limit);
  }
}
