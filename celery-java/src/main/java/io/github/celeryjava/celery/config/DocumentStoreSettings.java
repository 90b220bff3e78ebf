package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Result backends on document and wide-column stores. */
interface DocumentStoreSettings {

  Setting<@Nullable Map<String, @Nullable Object>> MONGODB_BACKEND_SETTINGS =
      optional(
              ValueType.OPTIONS,
              "mongodb_backend_settings",
              "MongoDB: host, database, collections and options.")
          .old("CELERY_MONGODB_BACKEND_SETTINGS");

  Setting<@Nullable Map<String, @Nullable Object>> COUCHBASE_BACKEND_SETTINGS =
      optional(
              ValueType.OPTIONS,
              "couchbase_backend_settings",
              "Couchbase: host, bucket, user and password.")
          .old("CELERY_COUCHBASE_BACKEND_SETTINGS");

  Setting<@Nullable Map<String, @Nullable Object>> ARANGODB_BACKEND_SETTINGS =
      optional(
              ValueType.OPTIONS,
              "arangodb_backend_settings",
              "ArangoDB: host, database, collection, user and password.")
          .old("CELERY_ARANGODB_BACKEND_SETTINGS");

  Setting<@Nullable String> DYNAMODB_ENDPOINT_URL =
      optional(ValueType.TEXT, "dynamodb_endpoint_url", "Another DynamoDB than that of AWS.")
          .undeclared();

  Setting<@Nullable Integer> ELASTICSEARCH_MAX_RETRIES =
      optional(
              ValueType.COUNT,
              "elasticsearch_max_retries",
              "Elasticsearch: attempts after a failed request.")
          .old("CELERY_ELASTICSEARCH_MAX_RETRIES");

  Setting<@Nullable Boolean> ELASTICSEARCH_RETRY_ON_TIMEOUT =
      optional(
              ValueType.FLAG,
              "elasticsearch_retry_on_timeout",
              "Try again also when no answer came in time.")
          .old("CELERY_ELASTICSEARCH_RETRY_ON_TIMEOUT");

  Setting<@Nullable Duration> ELASTICSEARCH_TIMEOUT =
      optional(ValueType.SECONDS, "elasticsearch_timeout", "Longest wait for an answer.")
          .old("CELERY_ELASTICSEARCH_TIMEOUT");

  Setting<Boolean> ELASTICSEARCH_SAVE_META_AS_TEXT =
      setting(
              ValueType.FLAG,
              "elasticsearch_save_meta_as_text",
              true,
              "Store a result as one text, not as fields to search for.")
          .old("CELERY_ELASTICSEARCH_SAVE_META_AS_TEXT");

  Setting<@Nullable List<String>> CASSANDRA_SERVERS =
      optional(ValueType.TEXTS, "cassandra_servers", "Cassandra: hosts to ask first.");

  Setting<@Nullable Integer> CASSANDRA_PORT =
      optional(ValueType.PORT, "cassandra_port", "Port of the hosts; none means 9042.");

  Setting<@Nullable String> CASSANDRA_KEYSPACE =
      optional(ValueType.TEXT, "cassandra_keyspace", "Keyspace of the results.");

  Setting<@Nullable String> CASSANDRA_TABLE =
      optional(ValueType.TEXT, "cassandra_table", "Table of the results.");

  Setting<@Nullable Duration> CASSANDRA_ENTRY_TTL =
      optional(
          ValueType.SECONDS,
          "cassandra_entry_ttl",
          "How long results are kept; none means for ever.");

  Setting<@Nullable String> CASSANDRA_READ_CONSISTENCY =
      optional(
          ValueType.TEXT,
          "cassandra_read_consistency",
          "Consistency level of reads; none means LOCAL_QUORUM.");

  Setting<@Nullable String> CASSANDRA_WRITE_CONSISTENCY =
      optional(
          ValueType.TEXT,
          "cassandra_write_consistency",
          "Consistency level of writes; none means LOCAL_QUORUM.");

  Setting<@Nullable String> CASSANDRA_AUTH_PROVIDER =
      optional(ValueType.TEXT, "cassandra_auth_provider", "Class that signs in.");

  Setting<@Nullable Map<String, @Nullable Object>> CASSANDRA_AUTH_KWARGS =
      optional(
          ValueType.OPTIONS,
          "cassandra_auth_kwargs",
          "What it is made with, such as username and password.");

  Setting<Map<String, @Nullable Object>> CASSANDRA_OPTIONS =
      setting(
          ValueType.OPTIONS,
          "cassandra_options",
          NestedValues.options(Map.of()),
          "Options of the driver.");

  Setting<@Nullable String> CASSANDRA_BUNDLE_PATH =
      optional(
          ValueType.TEXT,
          "cassandra_bundle_path",
          "Declared by Celery, which reads cassandra_secure_bundle_path instead.");

  Setting<@Nullable String> CASSANDRA_SECURE_BUNDLE_PATH =
      optional(
              ValueType.TEXT,
              "cassandra_secure_bundle_path",
              "File with the address and keys of an Astra database.")
          .undeclared();

  Setting<String> COSMOSDBSQL_DATABASE_NAME =
      setting(
          ValueType.TEXT,
          "cosmosdbsql_database_name",
          "celerydb",
          "Cosmos DB: database of the results.");

  Setting<String> COSMOSDBSQL_COLLECTION_NAME =
      setting(
          ValueType.TEXT, "cosmosdbsql_collection_name", "celerycol", "Collection of the results.");

  Setting<String> COSMOSDBSQL_CONSISTENCY_LEVEL =
      setting(
          ValueType.TEXT,
          "cosmosdbsql_consistency_level",
          "Session",
          "Consistency level of reads and writes.");

  Setting<Integer> COSMOSDBSQL_MAX_RETRY_ATTEMPTS =
      setting(
          ValueType.COUNT,
          "cosmosdbsql_max_retry_attempts",
          9,
          "Attempts after a request that was throttled.");

  Setting<Duration> COSMOSDBSQL_MAX_RETRY_WAIT_TIME =
      setting(
          ValueType.SECONDS,
          "cosmosdbsql_max_retry_wait_time",
          Duration.ofSeconds(30),
          "Longest time these may take together.");
}
