package dev.quark.runner.router.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.vertx.core.impl.transports.EpollTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x' transport over epoll, which can listen on a socket that another process opened and listened on, and tells which
 * descriptor its own has. A socket that is handed on keeps the connections that wait to be accepted and those whose
 * handshake is under way; two sockets with SO_REUSEPORT would lose the first one's when it is closed.
 */
final class ListeningSocket extends EpollTransport {

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicReference<@Nullable EpollServerSocketChannel> inherited = new AtomicReference<>();
    private final AtomicReference<@Nullable EpollServerSocketChannel> listening = new AtomicReference<>();

    /** Has the descriptor listened on, instead of a socket of its own, if it is of the wanted address. */
    void inherit(int descriptor, String host, int port) throws UnknownHostException {
        EpollServerSocketChannel channel = new EpollServerSocketChannel(descriptor);
        InetSocketAddress local = channel.localAddress();
        InetAddress wanted = InetAddress.getByName(host);
        boolean sameHost = local.getAddress().equals(wanted)
                || (local.getAddress().isAnyLocalAddress() && wanted.isAnyLocalAddress());
        if (sameHost && (port == 0 || port == local.getPort())) {
            inherited.set(channel);
        } else {
            channel.unsafe().closeForcibly();
        }
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        if (domainSocket) {
            return super.serverChannelFactory(true);
        }
        return () -> {
            EpollServerSocketChannel given = inherited.getAndSet(null);
            EpollServerSocketChannel channel = given == null ? new EpollServerSocketChannel() : given;
            // A loop that is being added to those that accept would close what it is given before it is ready.
            channel.config().setAutoRead(false);
            channel.pipeline().addFirst(new Counter());
            if (given != null) {
                channel.pipeline().addFirst(new AlreadyBound());
            }
            listening.set(channel);
            return channel;
        };
    }

    /** The descriptor of the socket that is listened on. */
    int descriptor() {
        return channel().fd().intValue();
    }

    /** Connections are accepted from now on; every loop must be there. */
    void startAccepting() {
        channel().config().setAutoRead(true);
    }

    /** No connection is accepted here any more; whoever else has the socket goes on, and so do open connections. */
    @SuppressWarnings("FutureReturnValueIgnored") // isDone asks for it.
    void stopAccepting() {
        channel().close();
    }

    /** Whether nothing is accepted any more and nothing that was is still open. */
    boolean isDone() {
        return channel().closeFuture().isDone() && open.get() == 0;
    }

    private EpollServerSocketChannel channel() {
        EpollServerSocketChannel channel = listening.get();
        if (channel == null) {
            throw new IllegalStateException("nothing is listened on yet");
        }
        return channel;
    }

    /** Counts connections from the moment in which they are accepted, which is before any handler knows of them. */
    private final class Counter extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            open.incrementAndGet();
            ((Channel) accepted).closeFuture().addListener(closed -> open.decrementAndGet());
            context.fireChannelRead(accepted);
        }
    }

    private static final class AlreadyBound extends ChannelDuplexHandler {
        @Override
        public void bind(ChannelHandlerContext context, SocketAddress address, ChannelPromise promise) {
            promise.setSuccess();
        }
    }
}
