package io.github.celeryjava.celery.worker.pool;

class ThreadPoolTest extends TaskPoolContract {

  @Override
  TaskPool open(int limit) {
    return PoolKind.THREADS.open(limit);
  }
}
