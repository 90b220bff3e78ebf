package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Result backends on object stores. */
interface ObjectStoreSettings {

  Setting<String> AZUREBLOCKBLOB_CONTAINER_NAME =
      setting(
          ValueType.TEXT,
          "azureblockblob_container_name",
          "celery",
          "Azure Blob Storage: container of the results.");

  Setting<String> AZUREBLOCKBLOB_BASE_PATH =
      setting(
          ValueType.TEXT,
          "azureblockblob_base_path",
          "",
          "What the names of the blobs start with.");

  Setting<Duration> AZUREBLOCKBLOB_CONNECTION_TIMEOUT =
      setting(
          ValueType.SECONDS,
          "azureblockblob_connection_timeout",
          Duration.ofSeconds(20),
          "Longest time an attempt to connect may take.");

  Setting<Duration> AZUREBLOCKBLOB_READ_TIMEOUT =
      setting(
          ValueType.SECONDS,
          "azureblockblob_read_timeout",
          Duration.ofMinutes(2),
          "Longest wait for an answer.");

  Setting<Duration> AZUREBLOCKBLOB_RETRY_INITIAL_BACKOFF_SEC =
      setting(
          ValueType.SECONDS,
          "azureblockblob_retry_initial_backoff_sec",
          Duration.ofSeconds(2),
          "First pause between attempts.");

  Setting<Duration> AZUREBLOCKBLOB_RETRY_INCREMENT_BASE =
      setting(
          ValueType.SECONDS,
          "azureblockblob_retry_increment_base",
          Duration.ofSeconds(2),
          "How much longer each further pause is.");

  Setting<Integer> AZUREBLOCKBLOB_RETRY_MAX_ATTEMPTS =
      setting(ValueType.COUNT, "azureblockblob_retry_max_attempts", 3, "Most attempts.");

  Setting<@Nullable String> S3_BUCKET =
      optional(ValueType.TEXT, "s3_bucket", "Amazon S3: bucket of the results.");

  Setting<@Nullable String> S3_BASE_PATH =
      optional(ValueType.TEXT, "s3_base_path", "What the names of the objects start with.");

  Setting<@Nullable String> S3_ACCESS_KEY_ID =
      optional(ValueType.TEXT, "s3_access_key_id", "Id of the key to sign in with.");

  Setting<@Nullable String> S3_SECRET_ACCESS_KEY =
      optional(ValueType.TEXT, "s3_secret_access_key", "That key.");

  Setting<@Nullable String> S3_ENDPOINT_URL =
      optional(ValueType.TEXT, "s3_endpoint_url", "Another S3 service than that of AWS.");

  Setting<@Nullable String> S3_REGION =
      optional(ValueType.TEXT, "s3_region", "Region of the bucket.");

  Setting<@Nullable String> GCS_BUCKET =
      optional(ValueType.TEXT, "gcs_bucket", "Google Cloud Storage: bucket of the results.");

  Setting<@Nullable String> GCS_PROJECT =
      optional(ValueType.TEXT, "gcs_project", "Project of the bucket.");

  Setting<String> GCS_BASE_PATH =
      setting(ValueType.TEXT, "gcs_base_path", "", "What the names of the objects start with.");

  Setting<Duration> GCS_TTL =
      setting(
          ValueType.SECONDS,
          "gcs_ttl",
          Duration.ZERO,
          "How long results are kept; 0 means for ever.");

  Setting<Integer> GCS_THREADPOOL_MAXSIZE =
      setting(ValueType.COUNT, "gcs_threadpool_maxsize", 10, "Most requests at a time.")
          .undeclared();
}
