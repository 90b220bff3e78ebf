package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.setting;

import org.jspecify.annotations.Nullable;

/** The log of a worker and its place in the operating system. */
interface WorkerProcessSettings {

  Setting<Boolean> WORKER_HIJACK_ROOT_LOGGER =
      setting(ValueType.FLAG, "worker_hijack_root_logger", true, "Take over Python's logging.")
          .old("CELERYD_HIJACK_ROOT_LOGGER")
          .notApplicable();

  Setting<@Nullable Boolean> WORKER_LOG_COLOR =
      optional(
              ValueType.FLAG,
              "worker_log_color",
              "Colours in the log; none means on a terminal only.")
          .old("CELERYD_LOG_COLOR");

  Setting<@Nullable String> WORKER_LOG_FORMAT =
      optional(
              ValueType.TEXT,
              "worker_log_format",
              "Pattern of a log line, in the terms of the logging back end.")
          .old("CELERYD_LOG_FORMAT");

  Setting<@Nullable String> WORKER_LOG_DATEFMT =
      optional(ValueType.TEXT, "worker_log_datefmt", "Pattern of its time.")
          .old("CELERYD_LOG_DATEFMT");

  Setting<@Nullable String> WORKER_TASK_LOG_FORMAT =
      optional(ValueType.TEXT, "worker_task_log_format", "Pattern of a line that a task logs.")
          .old("CELERYD_TASK_LOG_FORMAT");

  Setting<@Nullable String> WORKER_TASK_LOG_DATEFMT =
      optional(ValueType.TEXT, "worker_task_log_datefmt", "Pattern of its time.")
          .old("CELERYD_TASK_LOG_DATEFMT");

  Setting<Boolean> WORKER_REDIRECT_STDOUTS =
      setting(ValueType.FLAG, "worker_redirect_stdouts", true, "Write what tasks print to the log.")
          .old("CELERY_REDIRECT_STDOUTS");

  Setting<String> WORKER_REDIRECT_STDOUTS_LEVEL =
      setting(ValueType.TEXT, "worker_redirect_stdouts_level", "WARNING", "Level of those lines.")
          .old("CELERY_REDIRECT_STDOUTS_LEVEL");

  Setting<@Nullable String> WORKER_LOGFILE =
      optional(ValueType.TEXT, "worker_logfile", "Log file.").undeclared();

  Setting<@Nullable String> WORKER_PIDFILE =
      optional(
              ValueType.TEXT,
              "worker_pidfile",
              "File that holds the process id while the worker runs.")
          .undeclared();

  Setting<@Nullable String> WORKER_UID =
      optional(ValueType.TEXT_OR_NUMBER, "worker_uid", "User to become.").undeclared();

  Setting<@Nullable String> WORKER_GID =
      optional(ValueType.TEXT_OR_NUMBER, "worker_gid", "Group to become.").undeclared();

  Setting<@Nullable String> WORKER_UMASK =
      optional(ValueType.TEXT_OR_NUMBER, "worker_umask", "Rights that new files do not get.")
          .undeclared();

  Setting<@Nullable String> WORKER_EXECUTABLE =
      optional(ValueType.TEXT, "worker_executable", "Python to start workers with.")
          .undeclared()
          .notApplicable();
}
