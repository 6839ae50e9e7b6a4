package dev.quark.runner.router.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

/**
 * Hands the listening socket from a router to the one that takes its place. The connection over which it went stays open for
 * as long as the old one lives: so the new one knows whether something may still be under way there.
 */
final class Handover implements AutoCloseable {

    private final EventLoopGroup threads = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    /**
     * What a router was given by the one before it.
     *
     * @param descriptor the listening socket
     * @param gone completes when the old router has ended
     */
    record Inheritance(int descriptor, CompletableFuture<Void> gone) {}

    /** Asks the router that runs for its socket; empty where none runs. From then on it accepts no connection. */
    @SuppressWarnings("FutureReturnValueIgnored") // It is closed sooner or later.
    Optional<Inheritance> take(Path path) throws IOException, InterruptedException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        CompletableFuture<Integer> descriptor = new CompletableFuture<>();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        Channel channel;
        try {
            channel = new Bootstrap()
                    .group(threads)
                    .channel(EpollDomainSocketChannel.class)
                    .option(UnixChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            descriptor.complete(((FileDescriptor) message).intValue());
                        }
                    })
                    .connect(new DomainSocketAddress(path.toFile()))
                    .sync()
                    .channel();
        } catch (Exception e) {
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            return Optional.empty();
        }
        channel.closeFuture().addListener(closed -> {
            descriptor.completeExceptionally(new IOException("the old router ended before it handed its socket over"));
            gone.complete(null);
        });
        try {
            return Optional.of(new Inheritance(descriptor.get(10, TimeUnit.SECONDS), gone));
        } catch (ExecutionException | TimeoutException e) {
            channel.close();
            return Optional.empty();
        }
    }

    /** Gives the socket to whoever asks for it first. */
    void offer(Path path, IntSupplier descriptor, Runnable whenTaken) throws IOException, InterruptedException {
        Path draft = path.resolveSibling(
                path.getFileName() + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(draft);
        new ServerBootstrap()
                .group(threads)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Giver(descriptor, whenTaken));
                    }
                })
                .bind(new DomainSocketAddress(draft.toFile()))
                .sync();
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static final class Giver extends ChannelInboundHandlerAdapter {
        private final IntSupplier descriptor;
        private final Runnable whenTaken;

        private Giver(IntSupplier descriptor, Runnable whenTaken) {
            this.descriptor = descriptor;
            this.whenTaken = whenTaken;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(new FileDescriptor(descriptor.getAsInt())).addListener(written -> {
                if (written.isSuccess()) {
                    whenTaken.run();
                }
            });
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // They are daemons.
    public void close() {
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
