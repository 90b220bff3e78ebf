package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.celeryjava.celery.canvas.CallOptions;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.exceptions.NotRegisteredException;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.task.Task;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CeleryTest {

  @Test
  void whatIsGivenLaterWinsAndTheEnvironmentOverEverything(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("celery.properties");
    Files.writeString(file, "task_default_queue=from-file\ntask_acks_late=true\n");
    Map<String, String> environment =
        Map.of(
            "CELERY_BROKER_URL", "memory://env",
            "CELERY_BROKER_READ_URL", "memory://env-read",
            "CELERY_BROKER_WRITE_URL", "memory://env-write",
            "CELERY_RESULT_BACKEND", "memory://env-results");

    try (Celery app =
        Celery.builder()
            .environment(environment)
            .properties(file)
            .set(Settings.TASK_DEFAULT_QUEUE, "from-code")
            .broker("memory://code")
            .backend("rpc://")
            .build()) {

      assertThat(app.config().get(Settings.TASK_DEFAULT_QUEUE)).isEqualTo("from-code");
      assertThat(app.config().get(Settings.TASK_ACKS_LATE)).isTrue();
      assertThat(app.config().get(Settings.BROKER_URL)).containsExactly("memory://env");
      assertThat(app.connectionForRead("x").description()).startsWith("memory://env-read");
      assertThat(app.connectionForWrite("x").description()).startsWith("memory://env-write");
      assertThat(app.backend().description()).contains("memory").contains("env-results");
    }
  }

  @Test
  void theEnvironmentIsLeftAloneIfAskedFor() {
    try (Celery app =
        Celery.builder()
            .environment(Map.of("CELERY_BROKER_URL", "memory://env"))
            .withoutEnvironment()
            .settings(Map.of("broker_url", "memory://code", "task_default_queue", "jobs"))
            .name("shop")
            .build()) {

      assertThat(app.config().get(Settings.BROKER_URL)).containsExactly("memory://code");
      assertThat(app.config().get(Settings.TASK_DEFAULT_QUEUE)).isEqualTo("jobs");
      assertThat(app.name()).isEqualTo("shop");
      assertThat(app).hasToString("Celery[shop]");
    }
  }

  @Test
  void anAppWithoutABrokerSaysSoWhenItIsFirstNeeded() {
    try (Celery app = Celery.builder().withoutEnvironment().build()) {
      assertThatThrownBy(() -> app.send("proj.add"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("CELERY_BROKER_URL");
    }
  }

  @Test
  void refusesAnUnknownSettingWithTheNearestName() {
    assertThatThrownBy(() -> Celery.builder().set("task_default_que", "x"))
        .hasMessageContaining("task_default_que")
        .hasMessageContaining("task_default_queue");
  }

  @Test
  void saysInOneLineWhichSettingsHaveNoEffectYet() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger log = (Logger) LoggerFactory.getLogger(CeleryBuilder.class);
    lines.start();
    log.addAppender(lines);

    try (Celery app =
        Celery.builder()
            .withoutEnvironment()
            .set("task_soft_time_limit", 5)
            .set("task_always_eager", true)
            .build()) {
      assertThat(app.config().get(Settings.TASK_ALWAYS_EAGER)).isTrue();
    } finally {
      log.detachAppender(lines);
    }

    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.WARN);
              assertThat(line.getFormattedMessage())
                  .endsWith("[task_always_eager, task_soft_time_limit]");
            });
  }

  @Test
  void sendsByNameWithAllThatACallMayHave() {
    try (MemoryApp memory = MemoryApp.create()) {
      AsyncResult<Object> plain = memory.app.send("proj.add", 2, null);
      AsyncResult<Object> full =
          memory.app.send(
              "proj.add", List.of(1), Map.of("y", 2), CallOptions.builder().taskId("7").build());
      AsyncResult<Object> signature = memory.app.send(TaskSignature.of("proj.add", List.of()));

      Map<String, Object> first = MemoryApp.headers(memory.take("celery"));
      Map<String, Object> second = MemoryApp.headers(memory.take("celery"));
      assertThat(first).containsEntry("id", plain.id()).containsEntry("argsrepr", "(2, None)");
      assertThat(second)
          .containsEntry("id", "7")
          .containsEntry("argsrepr", "(1,)")
          .containsEntry("kwargsrepr", "{'y': 2}");
      assertThat(full.id()).isEqualTo("7");
      assertThat(MemoryApp.headers(memory.take("celery"))).containsEntry("id", signature.id());
    }
  }

  @Test
  void aRegisteredTaskIsCalledThroughItsHandle() {
    try (MemoryApp memory = MemoryApp.create()) {
      memory.app.register(
          MemoryApp.task("proj.add", TaskOptions.builder().queue("sums").priority(2).build()));
      Task<Object> add = memory.app.task("proj.add");

      add.delay(2, 3);
      add.applyAsync(List.of(2), CallOptions.builder().queue("other").build());

      Delivery delivery = memory.take("sums");
      assertThat(MemoryApp.headers(delivery)).containsEntry("argsrepr", "(2, 3)");
      assertThat(delivery.message().properties().priority()).isEqualTo(2);
      assertThat(MemoryApp.headers(memory.take("other"))).containsEntry("argsrepr", "(2,)");
      assertThat(memory.app.tasks().names()).containsExactly("proj.add");
    }
  }

  @Test
  void thereIsNoHandleForATaskThatIsNotRegistered() {
    try (MemoryApp memory = MemoryApp.create()) {
      memory.app.register(MemoryApp.task("proj.add", TaskOptions.builder().build()));

      assertThatThrownBy(() -> memory.app.task("proj.ad"))
          .isInstanceOf(NotRegisteredException.class)
          .hasMessageContaining("proj.ad")
          .hasMessageContaining("proj.add");
    }
  }

  @Test
  void publishingHasAConnectionOfItsOwn() {
    try (MemoryApp memory = MemoryApp.create()) {
      memory.app.send("proj.add");
      Connection reading = memory.app.connectionForRead("reader");
      Connection writing = memory.app.connectionForWrite("writer");
      reading.connect();
      writing.connect();

      reading.abort();
      writing.abort();
      memory.app.send("proj.add");

      assertThat(memory.poll("celery")).isPresent();
      assertThat(memory.poll("celery")).isPresent();
    }
  }

  @Test
  void anAppThatWasClosedSendsNothing() {
    MemoryApp memory = MemoryApp.create();
    memory.app.send("proj.add");
    memory.app.close();
    memory.app.close();

    assertThatThrownBy(() -> memory.app.send("proj.add")).hasMessageContaining("closed");
    assertThatThrownBy(() -> memory.app.sendAll(List.of(TaskSignature.of("proj.add", List.of()))))
        .hasMessageContaining("closed");
    assertThat(memory.app.sendAsync(TaskSignature.of("proj.add", List.of())))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withMessageContaining("closed");
    memory.close();
  }

  @Test
  void anAppThatWasClosedBeforeItWasUsedConnectsNoMore() {
    Celery app =
        Celery.builder().withoutEnvironment().broker("memory://" + UUID.randomUUID()).build();
    app.close();

    assertThatThrownBy(() -> app.send("proj.add"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the app was closed");
  }

  @Test
  void namesNodesAsOnTheCommandLineOfCelery() {
    try (MemoryApp memory = MemoryApp.create()) {
      String host = memory.app.nodeName("").substring("celery@".length());

      assertThat(memory.app.nodeName(null)).isEqualTo("celery@" + host);
      assertThat(memory.app.nodeName("w1@%h")).isEqualTo("w1@" + host);
      assertThat(memory.app.nodeName("w1@there")).isEqualTo("w1@there");
    }
  }

  @Test
  void acceptsWhatTheSettingsSay() {
    try (MemoryApp memory = MemoryApp.with("accept_content", "json,application/x-own")) {
      assertThat(memory.app.acceptedContent())
          .containsExactlyInAnyOrder("json", "application/x-own");
    }
  }
}
