package dev.quark.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final ClientAddress ADDRESSES = new ClientAddress(List.of("10.0.0.0/8", "192.168.1.7", "fd00::/8"));

    @ParameterizedTest
    @CsvSource({
        // A stranger may write what he likes.
        "203.0.113.1, '1.1.1.1', 203.0.113.1",
        "11.0.0.1, '1.1.1.1', 11.0.0.1",
        "192.168.1.8, '1.1.1.1', 192.168.1.8",
        // What a trusted proxy adds is last.
        "10.1.2.3, '6.6.6.6, 203.0.113.1', 203.0.113.1",
        "192.168.1.7, '203.0.113.1', 203.0.113.1",
        "10.1.2.3, '203.0.113.1, 10.9.9.9 ,192.168.1.7', 203.0.113.1",
        "fd12::1, '2001:db8::1', 2001:db8:0:0:0:0:0:1",
        "[fd12:0:0:0:0:0:0:1], '[2001:db8::1], fd12::2', 2001:db8:0:0:0:0:0:1",
        "[2001:db8:0:0:0:0:0:1], '1.1.1.1', 2001:db8:0:0:0:0:0:1",
        // What is no address ends the chain.
        "10.1.2.3, 'unknown', 10.1.2.3",
        "10.1.2.3, '6.6.6.6, localhost, 10.9.9.9', 10.9.9.9",
        "10.1.2.3, '', 10.1.2.3",
        "10.1.2.3, '10.0.0.1', 10.0.0.1",
    })
    void isTheNearestThatNoTrustedProxyHas(String remote, String forwarded, String address) {
        assertEquals(address, ADDRESSES.of(remote, forwarded));
    }

    @Test
    void isTheConnectionsWhereNobodySaysMore() {
        assertEquals("10.1.2.3", ADDRESSES.of("10.1.2.3", null));
        assertEquals("10.1.2.3", new ClientAddress(List.of()).of("10.1.2.3", "1.1.1.1"));
        assertEquals("1.1.1.1", new ClientAddress(List.of("0.0.0.0/0")).of("10.1.2.3", "1.1.1.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "fd00::/129", "10.0.0"})
    void whatIsNoNetworkIsRefused(String text) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Settings("127.0.0.1", 0, List.of(text), null, true, World.TIMES, World.LIMITS));
    }

    @Test
    void whatIsNoPortIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Settings.of("127.0.0.1", 65_536));
        assertThrows(IllegalArgumentException.class, () -> Settings.of("127.0.0.1", -1));
    }
}
