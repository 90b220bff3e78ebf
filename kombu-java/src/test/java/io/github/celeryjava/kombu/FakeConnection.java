package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A connection of {@link FakeBroker}. */
final class FakeConnection implements TransportConnection {

  final TransportListener listener;
  final List<FakeChannel> channels = new CopyOnWriteArrayList<>();
  final List<String> declared = new CopyOnWriteArrayList<>();
  final FakeBroker broker;
  volatile boolean open = true;
  volatile String ending = "";
  private final ConnectionUrl url;

  FakeConnection(FakeBroker broker, ConnectionUrl url, TransportListener listener) {
    this.broker = broker;
    this.url = url;
    this.listener = listener;
  }

  /** What a transport does when the other side goes away. */
  void lose(OperationalException cause) {
    open = false;
    channels.forEach(channel -> channel.fail(cause));
    listener.lost(cause);
  }

  @Override
  public Channel openChannel(ChannelPurpose purpose) {
    broker.onOpenChannel.run();
    if (!open) {
      throw OperationalException.lost("the connection is gone", null);
    }
    FakeChannel channel = new FakeChannel(this, purpose);
    channels.add(channel);
    return channel;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public String description() {
    return url.scheme() + "://" + url.host();
  }

  @Override
  public void close() {
    end("closed");
  }

  @Override
  public void abort() {
    end("aborted");
  }

  private void end(String how) {
    if (ending.isEmpty()) {
      ending = how;
      open = false;
      channels.forEach(
          channel -> channel.fail(OperationalException.lost("closed by its owner", null)));
    }
  }
}
