package dev.quark.core.source;

import java.util.Map;
import java.util.Objects;

class InMemorySourceCheckoutTest extends SourceCheckoutContract {

    private final InMemorySourceCheckout checkout = new InMemorySourceCheckout();
    private int repositories;

    @Override
    protected SourceCheckout checkout() {
        return checkout;
    }

    @Override
    protected CloneUrl newRepository() {
        CloneUrl url = noRepository();
        checkout.create(url);
        return url;
    }

    @Override
    protected CloneUrl noRepository() {
        return new CloneUrl("https://git.example.invalid/repository-" + ++repositories);
    }

    @Override
    protected CommitSha push(
            CloneUrl url, BranchName branch, String message, String author, Map<String, String> files) {
        return Objects.requireNonNull(checkout.push(url, branch, message, author, files))
                .sha();
    }

    @Override
    protected void deleteBranch(CloneUrl url, BranchName branch) {
        checkout.deleteBranch(url, branch);
    }
}
