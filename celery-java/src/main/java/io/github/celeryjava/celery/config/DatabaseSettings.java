package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.removable;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The SQL and memcached result backends. */
interface DatabaseSettings {

  Setting<@Nullable String> DATABASE_URL =
      optional(
              ValueType.TEXT,
              "database_url",
              "URL of the database, if it is not in result_backend.")
          .old("CELERY_RESULT_DBURI");

  Setting<@Nullable Map<String, @Nullable Object>> DATABASE_ENGINE_OPTIONS =
      removable(
              ValueType.OPTIONS,
              "database_engine_options",
              NestedValues.options(Map.of("pool_pre_ping", true, "pool_recycle", 3600)),
              "Options of the engine, as SQLAlchemy names them.")
          .old("CELERY_RESULT_ENGINE_OPTIONS");

  Setting<@Nullable Object> DATABASE_ENGINE_CALLBACK =
      optional(ValueType.ANY, "database_engine_callback", "Called with the engine of SQLAlchemy.")
          .notApplicable();

  Setting<Boolean> DATABASE_SHORT_LIVED_SESSIONS =
      setting(
              ValueType.FLAG,
              "database_short_lived_sessions",
              false,
              "Use a session of SQLAlchemy for one operation only.")
          .old("CELERY_RESULT_DB_SHORT_LIVED_SESSIONS")
          .notApplicable();

  Setting<@Nullable Map<String, @Nullable Object>> DATABASE_TABLE_SCHEMAS =
      optional(
          ValueType.OPTIONS,
          "database_table_schemas",
          "Schemas of the tables, under task and group.");

  Setting<@Nullable Map<String, @Nullable Object>> DATABASE_TABLE_NAMES =
      optional(
              ValueType.OPTIONS,
              "database_table_names",
              "Names of the tables, under task and group.")
          .old("CELERY_RESULT_DB_TABLENAMES");

  Setting<Boolean> DATABASE_CREATE_TABLES_AT_SETUP =
      setting(
          ValueType.FLAG,
          "database_create_tables_at_setup",
          true,
          "Make missing tables at the start; else at the first result.");

  Setting<@Nullable String> CACHE_BACKEND =
      optional(
              ValueType.TEXT,
              "cache_backend",
              "Address of memcached, if it is not in result_backend.")
          .old("CELERY_CACHE_BACKEND");

  Setting<Map<String, @Nullable Object>> CACHE_BACKEND_OPTIONS =
      setting(
              ValueType.OPTIONS,
              "cache_backend_options",
              NestedValues.options(Map.of()),
              "Options of its client.")
          .old("CELERY_CACHE_BACKEND_OPTIONS");
}
