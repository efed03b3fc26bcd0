package org.isocenter.server.archive;

import java.net.URI;
import java.util.List;
import org.isocenter.server.access.Caller;
import org.isocenter.server.db.Database;
import org.isocenter.server.push.AllowedHosts;
import org.isocenter.server.push.EventFilter;
import org.isocenter.server.push.Notice;
import org.isocenter.server.push.Signature;
import org.isocenter.server.push.Tail;
import org.isocenter.server.push.Webhook;
import org.isocenter.server.push.Webhook.Definition;
import org.isocenter.server.push.Webhook.Held;
import org.isocenter.server.push.Webhook.Standing;
import org.isocenter.server.push.Webhook.State;
import org.isocenter.server.push.WebhookRows;
import org.jspecify.annotations.Nullable;

/// Has others called when something happens.
public final class Webhooks {
    private static final int WEBHOOKS_MAX = 100;

    private final Database database;
    private final Tail tail;
    private final AllowedHosts destinations;

    public Webhooks(Database database, Tail tail, AllowedHosts destinations) {
        this.database = database;
        this.tail = tail;
        this.destinations = destinations;
    }

    /// What somebody asks for.
    ///
    /// @param secret that requests are to be signed with, as it is told; null for that which is there, or a
    ///     new one
    /// @param from the position to begin with, or null to begin with what happens next
    public record Wish(
            URI url,
            @Nullable String secret,
            EventFilter filter,
            int batch,
            @Nullable Long from) {}

    /// What came of a wish.
    public sealed interface Outcome {}

    /// @param secret as it is told, where it is new and was made here
    public record Done(boolean added, @Nullable String secret) implements Outcome {}

    /// Requests do not go there.
    public record NotAllowed(String reason) implements Outcome {}

    /// The secret is none.
    public record BadSecret() implements Outcome {}

    /// One that is there does not begin anew.
    public record Begun() implements Outcome {}

    /// There are as many as there may be.
    public record Full() implements Outcome {}

    /// An event that was given up, with what it tells.
    public record DeadLetter(Held held, String json) {}

    /// Adds a webhook, or gives one that is there another definition.
    public Outcome put(Caller caller, String name, Wish wish) {
        String fault = destinations.findFault(wish.url());
        if (fault != null) {
            return new NotAllowed(fault);
        }
        byte[] given = wish.secret() == null ? null : Signature.findSecret(wish.secret());
        if (wish.secret() != null && given == null) {
            return new BadSecret();
        }
        return database.transaction(session -> {
            WebhookRows rows = new WebhookRows(session);
            long count = rows.lockAndCount();
            Webhook there = rows.find(name);
            if (there != null) {
                if (wish.from() != null) {
                    return new Begun();
                }
                byte[] secret = given == null ? there.definition().secret() : given;
                rows.change(name, new Definition(wish.url(), secret, wish.filter(), wish.batch()));
                return new Done(false, null);
            }
            if (count >= WEBHOOKS_MAX) {
                return new Full();
            }
            byte[] secret = given == null ? Signature.secret() : given;
            long position = wish.from() == null ? rows.latest() : Math.max(0, wish.from() - 1);
            rows.add(name, new Definition(wish.url(), secret, wish.filter(), wish.batch()), position);
            return new Done(true, given == null ? Signature.print(secret) : null);
        });
    }

    /// How all webhooks stand, by name.
    public List<Standing> list(Caller caller) {
        return database.query(session -> new WebhookRows(session).standings(null));
    }

    /// How a webhook stands, or null where there is none of this name.
    public @Nullable Standing find(Caller caller, String name) {
        List<Standing> found = database.query(session -> new WebhookRows(session).standings(name));
        return found.isEmpty() ? null : found.getFirst();
    }

    /// @return whether there was one
    public boolean delete(Caller caller, String name) {
        return database.transaction(session -> new WebhookRows(session).delete(name));
    }

    /// Sends nothing more until it is resumed.
    ///
    /// @return whether there is one
    public boolean pause(Caller caller, String name) {
        return database.transaction(session -> new WebhookRows(session).set(name, State.PAUSED));
    }

    /// Goes on where it was, also after the receiver had said that it is gone.
    ///
    /// @return whether there is one
    public boolean resume(Caller caller, String name) {
        return database.transaction(session -> new WebhookRows(session).set(name, State.ACTIVE));
    }

    /// Tells everything again, or for the first time, from a position on.
    ///
    /// @return whether there is one
    public boolean replay(Caller caller, String name, long from) {
        return database.transaction(session -> {
            WebhookRows rows = new WebhookRows(session);
            Webhook webhook = rows.find(name);
            if (webhook == null) {
                return false;
            }
            rows.replay(webhook, Math.max(0, from - 1));
            return true;
        });
    }

    /// Events that were given up, by position; null where there is no such webhook.
    public @Nullable List<DeadLetter> deadLetters(Caller caller, String name, long after, int limit) {
        List<Held> dead = database.<@Nullable List<Held>>query(session -> {
            Webhook webhook = new WebhookRows(session).find(name);
            return webhook == null ? null : new WebhookRows(session).dead(webhook, after, limit);
        });
        if (dead == null) {
            return null;
        }
        List<Notice> notices = tail.at(dead.stream().mapToLong(Held::position).toArray());
        return dead.stream()
                .flatMap(held -> notices.stream()
                        .filter(notice -> notice.event().position() == held.position())
                        .map(notice -> new DeadLetter(held, notice.json())))
                .toList();
    }

    /// Sends again what was given up.
    ///
    /// @param position of the only one, or null for all
    /// @return how many these are; -1 where there is no such webhook
    public int resend(Caller caller, String name, @Nullable Long position) {
        return database.transaction(session -> {
            WebhookRows rows = new WebhookRows(session);
            Webhook webhook = rows.find(name);
            return webhook == null ? -1 : rows.resend(webhook, position);
        });
    }
}
