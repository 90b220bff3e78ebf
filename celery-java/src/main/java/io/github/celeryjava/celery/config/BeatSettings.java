package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Periodic tasks. */
interface BeatSettings {

  Setting<Map<String, @Nullable Object>> BEAT_SCHEDULE =
      setting(
              ValueType.OPTIONS,
              "beat_schedule",
              NestedValues.options(Map.of()),
              "Periodic tasks by name, each with task, schedule, args, kwargs and options.")
          .old("CELERYBEAT_SCHEDULE");

  Setting<@Nullable String> BEAT_SCHEDULER =
      optional(
              ValueType.TEXT,
              "beat_scheduler",
              "Class of the scheduler; none means the one that keeps its state in a file.")
          .old("CELERYBEAT_SCHEDULER");

  Setting<String> BEAT_SCHEDULE_FILENAME =
      setting(ValueType.TEXT, "beat_schedule_filename", "celerybeat-schedule", "That file.")
          .old("CELERYBEAT_SCHEDULE_FILENAME");

  Setting<Integer> BEAT_SYNC_EVERY =
      setting(
              ValueType.COUNT,
              "beat_sync_every",
              0,
              "Tasks sent before it is written again; 0 means every three minutes.")
          .old("CELERYBEAT_SYNC_EVERY");

  Setting<Duration> BEAT_MAX_LOOP_INTERVAL =
      setting(
              ValueType.SECONDS,
              "beat_max_loop_interval",
              Duration.ZERO,
              "Longest sleep between looks at the schedule; 0 means five minutes.")
          .old("CELERYBEAT_MAX_LOOP_INTERVAL");

  Setting<@Nullable Duration> BEAT_CRON_STARTING_DEADLINE =
      optional(
              ValueType.SECONDS,
              "beat_cron_starting_deadline",
              "How late a missed crontab entry may still be sent; none means at any time.")
          .old("CELERYBEAT_CRON_STARTING_DEADLINE");

  Setting<Boolean> BEAT_ENABLE_REMOTE_CONTROL =
      setting(
              ValueType.FLAG,
              "beat_enable_remote_control",
              false,
              "Let beat answer control commands.")
          .old("CELERYBEAT_ENABLE_REMOTE_CONTROL");

  Setting<@Nullable Duration> BEAT_REMOTE_CONTROL_MAX_TICK_AGE =
      optional(
              ValueType.SECONDS,
              "beat_remote_control_max_tick_age",
              "Age of the last look at the schedule up to which beat says it is alive.")
          .old("CELERYBEAT_REMOTE_CONTROL_MAX_TICK_AGE");

  Setting<@Nullable String> BEAT_LOGFILE =
      optional(ValueType.TEXT, "beat_logfile", "Log file.").undeclared();

  Setting<@Nullable String> BEAT_PIDFILE =
      optional(ValueType.TEXT, "beat_pidfile", "File that holds the process id while beat runs.")
          .undeclared();

  Setting<@Nullable String> BEAT_UID =
      optional(ValueType.TEXT_OR_NUMBER, "beat_uid", "User to become.").undeclared();

  Setting<@Nullable String> BEAT_GID =
      optional(ValueType.TEXT_OR_NUMBER, "beat_gid", "Group to become.").undeclared();

  Setting<@Nullable String> BEAT_UMASK =
      optional(ValueType.TEXT_OR_NUMBER, "beat_umask", "Rights that new files do not get.")
          .undeclared();

  Setting<@Nullable String> BEAT_EXECUTABLE =
      optional(ValueType.TEXT, "beat_executable", "Python to start beat with.")
          .undeclared()
          .notApplicable();
}
