package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.DefaultSaslConfig;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.SaslConfig;
import com.rabbitmq.client.SaslMechanism;
import com.rabbitmq.client.impl.LongStringHelper;
import com.rabbitmq.client.impl.ValueWriter;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ways of saying who one is. Stateless. */
final class AmqpLogin {

  /** With this one the certificate says it, and nothing else. */
  static final String EXTERNAL = "EXTERNAL";

  private static final String PLAIN = "PLAIN";
  private static final String AMQPLAIN = "AMQPLAIN";

  private AmqpLogin() {}

  /**
   * The driver's form of a login method.
   *
   * @throws ConfigurationException if there is none of that name
   */
  static SaslConfig of(String method) {
    return switch (method) {
      case PLAIN -> DefaultSaslConfig.PLAIN;
      case EXTERNAL -> DefaultSaslConfig.EXTERNAL;
      case AMQPLAIN -> AmqpLogin::amqPlain;
      default ->
          throw new ConfigurationException(
              "login method " + method + " is not supported, use PLAIN, AMQPLAIN or EXTERNAL");
    };
  }

  private static @Nullable SaslMechanism amqPlain(String[] offered) {
    return Arrays.asList(offered).contains(AMQPLAIN) ? new AmqPlain() : null;
  }

  /** User and password as a table without its length: what AMQP had before SASL. */
  private static final class AmqPlain implements SaslMechanism {

    @Override
    public String getName() {
      return AMQPLAIN;
    }

    @Override
    public LongString handleChallenge(
        @Nullable LongString challenge, String user, String password) {
      Map<String, Object> login = new LinkedHashMap<>();
      login.put("LOGIN", user);
      login.put("PASSWORD", password);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        new ValueWriter(new DataOutputStream(bytes)).writeTable(login);
      } catch (IOException e) {
        throw new UncheckedIOException("in memory", e);
      }
      byte[] table = bytes.toByteArray();
      return LongStringHelper.asLongString(Arrays.copyOfRange(table, Integer.BYTES, table.length));
    }
  }
}
