package io.github.celeryjava.celery.worker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolKindTest {

  @ParameterizedTest
  @CsvSource({"threads,THREADS", "Virtual,VIRTUAL", "SOLO,SOLO"})
  void takesItsNameInAnyCase(String name, PoolKind kind) {
    assertThat(PoolKind.of(name)).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"prefork,threads", "gevent,virtual", "forks,threads"})
  void namesTheRemedyForAPoolThatDoesNotExistHere(String name, String remedy) {
    assertThatThrownBy(() -> PoolKind.of(name))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(remedy);
  }

  @Test
  void refusesAPoolWithoutSlots() {
    assertThatThrownBy(() -> PoolKind.THREADS.open(0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("at least 1");
  }

  @Test
  void soloRunsTheJobOnTheSubmittingThread() throws InterruptedException {
    TaskPool solo = PoolKind.SOLO.open(8);
    AtomicReference<Thread> ranOn = new AtomicReference<>();

    solo.submit(() -> ranOn.set(Thread.currentThread()));

    assertThat(ranOn.get()).isSameAs(Thread.currentThread());
    assertThat(solo.limit()).isEqualTo(1);
    assertThat(solo.stop(Duration.ZERO)).isTrue();
    assertThatThrownBy(() -> solo.submit(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }
}
