package io.github.celeryjava.celery.internal;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretMaskTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "amqp://user:secret@host:5672/vhost | amqp://user:********@host:5672/vhost",
        "redis://:secret@host:6379/0 | redis://:********@host:6379/0",
        "amqp://user:se@cr:e/t?#@host | amqp://user:********@host",
        "user:secret@host | user:********@host",
        "amqp://a:secret@h1;amqp://b:secret@h2 | amqp://a:********@h1;amqp://b:********@h2",
        "amqp://a:sec;ret@h1, amqp://b:secret@h2 | amqp://a:********@h1, amqp://b:********@h2",
        "mongodb://a:secret@h1,b:secret@h2/db | mongodb://a:********@h2/db",
        "redis://host/0?password=secret&db=1 | redis://host/0?password=********&db=1",
        "https://host/c?sv=1&sig=secret&se=2 | https://host/c?sv=1&sig=********&se=2",
        "azureblockblob://AccountName=a;AccountKey=secret==;X=1 "
            + "| azureblockblob://AccountName=a;AccountKey=********;X=1",
        "jdbc:postgresql://host/db?user=u&password=secret "
            + "| jdbc:postgresql://host/db?user=u&password=********"
      })
  void hidesPasswords(String text, String shown) {
    assertThat(SecretMask.mask(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "amqp://guest@host//",
    "redis://localhost:6379/0",
    "sentinel://h1:26379;sentinel://h2:26379",
    "memory://",
    "'a text, with: a colon'",
    "''"
  })
  void leavesATextWithoutASecretAlone(String text) {
    assertThat(SecretMask.mask(text)).isEqualTo(text);
  }

  @Property
  void neverShowsAPasswordWhateverItIsMadeOf(
      @ForAll @StringLength(min = 12, max = 30) String noise) {
    String password = "<" + noise + ">";

    assertThat(SecretMask.mask("amqp://user:" + password + "@host/vhost")).doesNotContain(password);
  }
}
