package io.github.celeryjava.celery.config;

import static io.github.celeryjava.celery.config.Setting.following;
import static io.github.celeryjava.celery.config.Setting.optional;
import static io.github.celeryjava.celery.config.Setting.setting;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of the app as a whole. */
interface GeneralSettings {

  Setting<List<String>> ACCEPT_CONTENT =
      setting(
              ValueType.TEXTS,
              "accept_content",
              List.of("json"),
              "Content types, by name or MIME type, of the messages that are read; others are refused.")
          .old("CELERY_ACCEPT_CONTENT")
          .actedOn();

  Setting<List<String>> RESULT_ACCEPT_CONTENT =
      following(ACCEPT_CONTENT, "result_accept_content", "The same for results.").actedOn();

  Setting<Boolean> ENABLE_UTC =
      setting(ValueType.FLAG, "enable_utc", true, "Write times in messages in UTC.").actedOn();

  Setting<@Nullable ZoneId> TIMEZONE =
      optional(
              ValueType.ZONE,
              "timezone",
              "Zone of crontab schedules and of times as text; none means UTC, or the machine's without enable_utc.")
          .old("CELERY_TIMEZONE")
          .actedOn();

  Setting<List<String>> IMPORTS =
      setting(
              ValueType.TEXTS,
              "imports",
              List.of(),
              "Classes with tasks that a worker loads at start.")
          .old("CELERY_IMPORTS");

  Setting<List<String>> INCLUDE =
      setting(ValueType.TEXTS, "include", List.of(), "More such classes, set by the app itself.")
          .old("CELERY_INCLUDE");

  Setting<Map<String, @Nullable Object>> OVERRIDE_BACKENDS =
      setting(
              ValueType.OPTIONS,
              "override_backends",
              NestedValues.options(Map.of()),
              "More names for result backends, each with the class it stands for.")
          .undeclared();

  Setting<@Nullable String> SECURITY_KEY =
      optional(ValueType.TEXT, "security_key", "File with the private key that signs messages.")
          .old("CELERY_SECURITY_KEY");

  Setting<@Nullable String> SECURITY_KEY_PASSWORD =
      optional(ValueType.TEXT, "security_key_password", "Password of that file.")
          .old("CELERY_SECURITY_KEY_PASSWORD");

  Setting<@Nullable String> SECURITY_CERTIFICATE =
      optional(ValueType.TEXT, "security_certificate", "File with the certificate of that key.")
          .old("CELERY_SECURITY_CERTIFICATE");

  Setting<@Nullable String> SECURITY_CERT_STORE =
      optional(
              ValueType.TEXT,
              "security_cert_store",
              "Files, as a pattern, with the certificates whose signatures are trusted.")
          .old("CELERY_SECURITY_CERT_STORE");

  Setting<String> SECURITY_DIGEST =
      setting(ValueType.TEXT, "security_digest", "sha256", "Hash that signatures are made of.")
          .old("CELERY_SECURITY_DIGEST");
}
