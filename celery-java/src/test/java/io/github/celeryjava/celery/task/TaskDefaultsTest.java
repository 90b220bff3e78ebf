package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskDefaultsTest {

  @CeleryTask
  public void open() {}

  @CeleryTask(
      queue = "q",
      serializer = "json",
      compression = "zlib",
      priority = 0,
      ignoreResult = CeleryTask.Choice.NO,
      storeErrorsEvenIfIgnored = CeleryTask.Choice.NO,
      trackStarted = CeleryTask.Choice.NO,
      acksLate = CeleryTask.Choice.NO,
      acksOnFailure = CeleryTask.Choice.YES,
      maxRetries = -1,
      defaultRetryDelay = 0.5,
      softTimeLimit = 1,
      timeLimit = 2)
  public void decided() {}

  private static final CeleryConfig EVERYTHING =
      CeleryConfig.defaults()
          .with(Settings.TASK_IGNORE_RESULT, true)
          .with(Settings.TASK_STORE_ERRORS_EVEN_IF_IGNORED, true)
          .with(Settings.TASK_TRACK_STARTED, true)
          .with(Settings.TASK_ACKS_LATE, true)
          .with(Settings.TASK_ACKS_ON_FAILURE_OR_TIMEOUT, false)
          .with(Settings.TASK_SOFT_TIME_LIMIT, Duration.ofSeconds(10))
          .with(Settings.TASK_TIME_LIMIT, Duration.ofSeconds(20));

  @Test
  void withoutSettingsATaskHasCelerysDefaults() throws Exception {
    TaskOptions options = options(CeleryConfig.defaults(), "open");

    assertThat(options).isEqualTo(TaskOptions.builder().build());
    assertThat(options.maxRetries()).isEqualTo(3);
    assertThat(options.defaultRetryDelay()).isEqualTo(Duration.ofSeconds(180));
    assertThat(options.acksOnFailure()).isTrue();
  }

  @Test
  void settingsDecideWhatATaskLeavesOpen() throws Exception {
    assertThat(options(EVERYTHING, "open"))
        .isEqualTo(
            TaskOptions.builder()
                .ignoreResult(true)
                .storeErrorsEvenIfIgnored(true)
                .trackStarted(true)
                .acksLate(true)
                .acksOnFailure(false)
                .softTimeLimit(Duration.ofSeconds(10))
                .timeLimit(Duration.ofSeconds(20))
                .build());
  }

  @Test
  void theTasksOwnWordWinsOverTheSettings() throws Exception {
    assertThat(options(EVERYTHING, "decided"))
        .isEqualTo(
            TaskOptions.builder()
                .queue("q")
                .serializer("json")
                .compression("zlib")
                .priority(0)
                .maxRetries(null)
                .defaultRetryDelay(Duration.ofMillis(500))
                .softTimeLimit(Duration.ofSeconds(1))
                .timeLimit(Duration.ofSeconds(2))
                .build());
  }

  private static TaskOptions options(CeleryConfig config, String method) throws Exception {
    return new TaskDefaults(config)
        .options(TaskDefaultsTest.class.getMethod(method).getAnnotation(CeleryTask.class));
  }
}
