package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.removable;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Events for monitors, and control commands. */
interface EventSettings {

  Setting<String> EVENT_EXCHANGE =
      setting(ValueType.TEXT, "event_exchange", "celeryev", "Name of the exchange of events.")
          .old("CELERY_EVENT_EXCHANGE");

  Setting<String> EVENT_QUEUE_PREFIX =
      setting(
              ValueType.TEXT,
              "event_queue_prefix",
              "celeryev",
              "What the names of monitors' queues start with.")
          .old("CELERY_EVENT_QUEUE_PREFIX");

  Setting<@Nullable Duration> EVENT_QUEUE_EXPIRES =
      removable(
              ValueType.SECONDS,
              "event_queue_expires",
              Duration.ofMinutes(1),
              "Time after which the broker drops an unused one.")
          .old("CELERY_EVENT_QUEUE_EXPIRES");

  Setting<@Nullable Duration> EVENT_QUEUE_TTL =
      removable(
              ValueType.SECONDS,
              "event_queue_ttl",
              Duration.ofSeconds(5),
              "Time after which it drops an event nobody read.")
          .old("CELERY_EVENT_QUEUE_TTL");

  Setting<Boolean> EVENT_QUEUE_EXCLUSIVE =
      setting(
              ValueType.FLAG,
              "event_queue_exclusive",
              true,
              "Let such a queue belong to one connection, and end with it.")
          .old("CELERY_EVENT_QUEUE_EXCLUSIVE");

  Setting<Boolean> EVENT_QUEUE_DURABLE =
      setting(
              ValueType.FLAG,
              "event_queue_durable",
              false,
              "Let such a queue survive a restart of the broker.")
          .old("CELERY_EVENT_QUEUE_DURABLE");

  Setting<String> EVENT_SERIALIZER =
      setting(ValueType.TEXT, "event_serializer", "json", "Format of events.")
          .old("CELERY_EVENT_SERIALIZER");

  Setting<@Nullable String> EVENTS_LOGFILE =
      optional(ValueType.TEXT, "events_logfile", "Log file of a monitor.").undeclared();

  Setting<@Nullable String> EVENTS_PIDFILE =
      optional(
              ValueType.TEXT,
              "events_pidfile",
              "File that holds the process id while the monitor runs.")
          .undeclared();

  Setting<@Nullable String> EVENTS_UID =
      optional(ValueType.TEXT_OR_NUMBER, "events_uid", "User to become.").undeclared();

  Setting<@Nullable String> EVENTS_GID =
      optional(ValueType.TEXT_OR_NUMBER, "events_gid", "Group to become.").undeclared();

  Setting<@Nullable String> EVENTS_UMASK =
      optional(ValueType.TEXT_OR_NUMBER, "events_umask", "Rights that new files do not get.")
          .undeclared();

  Setting<@Nullable String> EVENTS_EXECUTABLE =
      optional(ValueType.TEXT, "events_executable", "Python to start monitors with.")
          .undeclared()
          .notApplicable();

  Setting<String> CONTROL_EXCHANGE =
      setting(
          ValueType.TEXT,
          "control_exchange",
          "celery",
          "What the names of the exchanges of control commands start with.");

  Setting<@Nullable Duration> CONTROL_QUEUE_TTL =
      removable(
          ValueType.SECONDS,
          "control_queue_ttl",
          Duration.ofMinutes(5),
          "Time after which the broker drops a command nobody read.");

  Setting<@Nullable Duration> CONTROL_QUEUE_EXPIRES =
      removable(
          ValueType.SECONDS,
          "control_queue_expires",
          Duration.ofSeconds(10),
          "Time after which it drops an unused queue for commands.");

  Setting<Boolean> CONTROL_QUEUE_EXCLUSIVE =
      setting(
          ValueType.FLAG,
          "control_queue_exclusive",
          true,
          "Let such a queue belong to one connection, and end with it.");

  Setting<Boolean> CONTROL_QUEUE_DURABLE =
      setting(
          ValueType.FLAG,
          "control_queue_durable",
          false,
          "Let such a queue survive a restart of the broker.");
}
