package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.impl.AMQImpl;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy in front of a broker that writes down every method a client sends. Thread-safe; for tests
 * about what we never send, whatever the broker would say to it.
 */
public final class MethodRecorder implements AutoCloseable {

  private static final int PROTOCOL_HEADER = 8;

  /** What may stand before a long number of py-amqp, whose type L this driver cannot read. */
  private static final byte[] PYTHON_LONG = "-ttl".getBytes(StandardCharsets.US_ASCII);

  private final URI server;
  private final ServerSocket listener;
  private final List<Method> methods = new CopyOnWriteArrayList<>();
  private final List<AMQP.BasicProperties> properties = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger largestFrame = new AtomicInteger();

  private MethodRecorder(URI server) throws IOException {
    this.server = server;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::acceptAll);
  }

  /** A recorder in front of a server; clients connect to its own {@link #uri}. */
  public static MethodRecorder to(URI server) {
    try {
      return new MethodRecorder(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server's URL with this recorder's port. */
  public URI uri() {
    return URI.create(
        server.getScheme()
            + "://"
            + server.getRawUserInfo()
            + "@127.0.0.1:"
            + listener.getLocalPort()
            + server.getRawPath());
  }

  /** Everything sent so far, on all connections. */
  public List<Method> methods() {
    return List.copyOf(methods);
  }

  /** The properties and headers of every message sent so far, on all connections. */
  public List<AMQP.BasicProperties> properties() {
    return List.copyOf(properties);
  }

  /** The largest frame sent so far, in bytes. */
  int largestFrame() {
    return largestFrame.get();
  }

  /** Those of one kind. */
  public <M extends Method> List<M> methods(Class<M> type) {
    return methods.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void acceptAll() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket broker = new Socket(server.getHost(), server.getPort());
      broker.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      sockets.add(client);
      sockets.add(broker);
      start(() -> record(client.getInputStream(), broker.getOutputStream()));
      start(() -> broker.getInputStream().transferTo(client.getOutputStream()));
    }
  }

  private void record(InputStream from, OutputStream to) throws IOException {
    DataInputStream in = new DataInputStream(from);
    byte[] header = new byte[PROTOCOL_HEADER];
    in.readFully(header);
    to.write(header);
    while (true) {
      byte[] start = new byte[7];
      in.readFully(start);
      DataInputStream fields = new DataInputStream(new ByteArrayInputStream(start, 3, 4));
      byte[] rest = new byte[fields.readInt() + 1];
      in.readFully(rest);
      largestFrame.accumulateAndGet(start.length + rest.length, Math::max);
      if (start[0] == AMQP.FRAME_METHOD) {
        methods.add(read(rest));
      } else if (start[0] == AMQP.FRAME_HEADER) {
        DataInputStream content = new DataInputStream(new ByteArrayInputStream(rest));
        properties.add((AMQP.BasicProperties) AMQImpl.readContentHeaderFrom(content));
      }
      to.write(start);
      to.write(rest);
    }
  }

  private static Method read(byte[] payload) throws IOException {
    byte[] readable = payload.clone();
    for (int i = PYTHON_LONG.length; i < readable.length; i++) {
      int from = i - PYTHON_LONG.length;
      if (readable[i] == 'L' && Arrays.equals(readable, from, i, PYTHON_LONG, 0, i - from)) {
        readable[i] = 'l';
      }
    }
    return AMQImpl.readMethodFrom(new DataInputStream(new ByteArrayInputStream(readable)));
  }

  private static void start(Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (EOFException | SocketException e) {
                // The end of a connection is the end of this thread.
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "method-recorder");
    thread.setDaemon(true);
    thread.start();
  }

  private interface Body {
    void run() throws IOException;
  }
}
