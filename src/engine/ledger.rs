//! The table of items: what is true of each job, whatever the queue says.
//!
//! A row waits, is done, or is dead. It becomes done once, in one statement that asks whether it still waits, so that work
//! which was delivered twice counts once. Rows and entries of the queue change in one transaction.

use std::collections::BTreeMap;
use std::time::Duration;

use apalis::prelude::{TaskBuilder, TaskId};
use apalis_postgres::queries::push_tasks;
use sqlx::{Connection as _, Row as _};

use crate::engine::work::{Made, Ticket};
use crate::engine::{Connection, Engine, EngineError};
use crate::store::random_id;

/// Rows that one statement writes.
const CHUNK: usize = 1000;
/// The turn of the first item in an empty queue. apalis takes higher ones first, and has 31 bits for them.
const FIRST: i64 = 2_000_000_000;
/// A job may fail so often by itself.
pub(super) const TRIES: i64 = 3;
/// A job may be begun so often without any end. Workers that are killed have that happen to innocent jobs, so it is many.
pub(super) const STARTS: i64 = 10;

/// What is asked for.
pub(super) struct NewItem {
    pub(super) id: String,
    pub(super) line: String,
    pub(super) work: String,
}

/// An item that came to its end.
pub(super) struct Ended {
    pub(super) id: String,
    /// What was made, or why nothing is.
    pub(super) files: Result<Vec<Made>, String>,
}

/// An item that a worker begins.
pub(super) struct Begun {
    pub(super) work: String,
    pub(super) starts: i64,
}

/// What an item could not be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame<'a> {
    /// For its own doing, which counts.
    Job,
    /// For a file that the store has not as it was put there: its name.
    Input(&'a str),
    /// For something else.
    Others,
}

/// What becomes of an item that could not be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It is tried again after a while.
    Again,
    /// It is set aside.
    Dead,
    /// It was settled by another worker.
    Settled,
}

impl Engine {
    /// Notes what a batch consists of, puts what is not done on the queue, and forgets what it no longer needs: all in one
    /// transaction. What is there already stays as it is; what is dead gets another chance.
    pub(super) async fn enqueue(&self, batch: &str, items: &[&NewItem]) -> Result<(), EngineError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        let first = self.first_turn(&mut tx).await?;
        for (number, chunk) in items.chunks(CHUNK).enumerate() {
            let before = i64::try_from(number * CHUNK).unwrap_or(i64::MAX);
            self.enqueue_some(&mut tx, batch, chunk, first.saturating_sub(before)).await?;
        }
        let wanted: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
        sqlx::query(
            "WITH gone AS (DELETE FROM print_items WHERE batch = $1 AND state = 'waiting' AND NOT EXISTS \
                 (SELECT 1 FROM UNNEST($2::text[]) AS wanted(id) WHERE wanted.id = print_items.id) RETURNING task) \
             DELETE FROM apalis.jobs USING gone WHERE jobs.id = gone.task AND jobs.status IN ('Pending', 'Failed')",
        )
        .bind(batch)
        .bind(wanted)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn enqueue_some(
        &self,
        tx: &mut Connection,
        batch: &str,
        items: &[&NewItem],
        first: i64,
    ) -> Result<(), EngineError> {
        // Other assets are another queue: an entry there may have nobody who ever takes it, and would be counted as work.
        const LEAVE: &str = "DELETE FROM apalis.jobs USING print_items AS held \
             WHERE held.batch = $1 AND held.id = ANY($2) AND held.state = 'waiting' AND jobs.id = held.task \
                 AND jobs.job_type <> $3 AND jobs.status IN ('Pending', 'Failed')";
        // An entry of our queue that is still to be taken stands for its row; a second one would only be work.
        const INSERT: &str = "INSERT INTO print_items AS held \
             (batch, id, line, work, place, state, starts, tries, files, error, task, worker, taken, changed_at) \
             SELECT $1, new.id, new.line, new.work, new.place, 'waiting', 0, 0, '', '', new.task, '', 0, \
                 (EXTRACT(EPOCH FROM now()) * 1000)::bigint \
             FROM UNNEST($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[]) AS new(id, line, work, place, task) \
             ON CONFLICT (batch, id) DO UPDATE SET \
                 state = CASE WHEN held.state = 'done' THEN 'done' ELSE 'waiting' END, \
                 taken = 0, starts = 0, tries = 0, error = '', lacks = '', place = excluded.place, \
                 task = CASE WHEN held.state = 'done' THEN held.task ELSE excluded.task END \
             WHERE held.state <> 'waiting' OR NOT EXISTS (SELECT 1 FROM apalis.jobs WHERE jobs.id = held.task \
                 AND jobs.job_type = $7 AND jobs.status IN ('Pending', 'Queued', 'Running', 'Failed')) \
             RETURNING id, state, place, task";
        let tasks = items.iter().map(|_| new_task()).collect::<Result<Vec<String>, EngineError>>()?;
        let places: Vec<i64> = (0..).take(items.len()).map(|index| first.saturating_sub(index).max(0)).collect();
        let column = |of: fn(&NewItem) -> &str| items.iter().map(|item| of(item)).collect::<Vec<&str>>();
        sqlx::query(LEAVE).bind(batch).bind(column(|item| &item.id)).bind(&self.queue).execute(&mut *tx).await?;
        let rows = sqlx::query(INSERT)
            .bind(batch)
            .bind(column(|item| &item.id))
            .bind(column(|item| &item.line))
            .bind(column(|item| &item.work))
            .bind(&places)
            .bind(&tasks)
            .bind(&self.queue)
            .fetch_all(&mut *tx)
            .await?;
        let mut entries = Vec::new();
        for row in rows.iter().filter(|row| row.get::<&str, _>("state") == "waiting") {
            let ticket = Ticket { batch: batch.to_owned(), item: row.try_get("id")?, task: row.try_get("task")? };
            entries.push(entry(&ticket, row.try_get("place")?, Duration::ZERO)?);
        }
        if !entries.is_empty() {
            push_tasks(&mut *tx, &self.queue, entries).await?;
        }
        Ok(())
    }

    /// The turn that is next in the queue. A batch that begins there takes turns with those before it: it neither waits
    /// for all of a large one nor makes a large one wait for all small ones that come after it.
    async fn first_turn(&self, connection: &mut Connection) -> Result<i64, EngineError> {
        // Spelled as the index of the queue is, so that it is used.
        const NEXT: &str = "SELECT priority::bigint FROM apalis.jobs \
             WHERE (status = 'Pending' OR (status = 'Failed' AND attempts < max_attempts)) \
                 AND job_type = $1 AND run_at < now() \
             ORDER BY priority DESC, run_at ASC LIMIT 1";
        let next: Option<i64> = sqlx::query_scalar(NEXT).bind(&self.queue).fetch_optional(connection).await?;
        Ok(next.unwrap_or(FIRST))
    }

    /// Notes that a worker begins an item; `None` if there is nothing to do.
    pub(super) async fn begin(&self, ticket: &Ticket, worker: &str) -> Result<Option<Begun>, EngineError> {
        let row = sqlx::query(
            "UPDATE print_items SET starts = starts + 1, worker = $3 \
             WHERE batch = $1 AND id = $2 AND state = 'waiting' AND task = $4 RETURNING work, starts",
        )
        .bind(&ticket.batch)
        .bind(&ticket.item)
        .bind(worker)
        .bind(&ticket.task)
        .fetch_optional(&self.pool)
        .await?;
        let begun = |row: sqlx::postgres::PgRow| -> Result<Begun, EngineError> {
            Ok(Begun { work: row.try_get("work")?, starts: row.try_get("starts")? })
        };
        row.map(begun).transpose()
    }

    /// What workers made of jobs, whoever asked for them.
    pub(super) async fn outputs(&self, jobs: &[&str]) -> Result<BTreeMap<String, Made>, EngineError> {
        let rows = sqlx::query("SELECT job, bytes, blake3 FROM print_outputs WHERE job = ANY($1)")
            .bind(jobs)
            .fetch_all(&self.pool)
            .await?;
        let output = |row: &sqlx::postgres::PgRow| -> Result<(String, Made), EngineError> {
            let job: String = row.try_get("job")?;
            let bytes = u64::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or_default();
            Ok((job.clone(), Made { job, bytes, blake3: row.try_get("blake3")?, fault: None }))
        };
        rows.iter().map(output).collect()
    }

    /// Notes what an item consists of, unless it is settled, and what of that was `drawn` just now.
    pub(super) async fn finish(&self, ticket: &Ticket, made: &[Made], drawn: &[Made]) -> Result<(), EngineError> {
        let mut drawn: Vec<&Made> = drawn.iter().filter(|made| made.fault.is_none()).collect();
        // In the same order by everybody, so that nobody waits for somebody who waits for them.
        drawn.sort_unstable_by_key(|made| &made.job);
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        sqlx::query(
            "INSERT INTO print_outputs (job, bytes, blake3, made_at) \
             SELECT new.job, new.bytes, new.blake3, (EXTRACT(EPOCH FROM now()) * 1000)::bigint \
             FROM UNNEST($1::text[], $2::bigint[], $3::text[]) AS new(job, bytes, blake3) \
             ON CONFLICT (job) DO UPDATE SET bytes = excluded.bytes, blake3 = excluded.blake3, made_at = excluded.made_at",
        )
        .bind(drawn.iter().map(|made| made.job.as_str()).collect::<Vec<&str>>())
        .bind(drawn.iter().map(|made| i64::try_from(made.bytes).unwrap_or(i64::MAX)).collect::<Vec<i64>>())
        .bind(drawn.iter().map(|made| made.blake3.as_str()).collect::<Vec<&str>>())
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE print_items SET state = 'done', files = $3, error = '', lacks = '', starts = 0, \
                 changed_at = (EXTRACT(EPOCH FROM now()) * 1000)::bigint \
             WHERE batch = $1 AND id = $2 AND state = 'waiting'",
        )
        .bind(&ticket.batch)
        .bind(&ticket.item)
        .bind(serde_json::to_string(made)?)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes why an item could not be made, and puts it on the queue again, for `after`. If it was often its own doing, it
    /// is set aside.
    pub(super) async fn fail(
        &self,
        ticket: &Ticket,
        why: &str,
        blame: Blame<'_>,
        after: impl Fn(i64) -> Duration,
    ) -> Result<Next, EngineError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        let next = Ticket { task: new_task()?, ..ticket.clone() };
        let row = sqlx::query(
            "UPDATE print_items SET starts = 0, tries = tries + $4, error = $3, task = $5, lacks = $8, \
                 state = CASE WHEN tries + $4 >= $6 THEN 'dead' ELSE 'waiting' END, \
                 changed_at = (EXTRACT(EPOCH FROM now()) * 1000)::bigint \
             WHERE batch = $1 AND id = $2 AND state = 'waiting' AND task = $7 RETURNING tries, place, state",
        )
        .bind(&ticket.batch)
        .bind(&ticket.item)
        .bind(why)
        .bind(i64::from(blame == Blame::Job))
        .bind(&next.task)
        .bind(TRIES)
        .bind(&ticket.task)
        .bind(if let Blame::Input(name) = blame { name } else { "" })
        .fetch_optional(&mut *tx)
        .await?;
        let became = match row {
            None => Next::Settled,
            Some(row) if row.try_get::<&str, _>("state")? == "dead" => Next::Dead,
            Some(row) => {
                let entry = entry(&next, row.try_get("place")?, after(row.try_get("tries")?))?;
                push_tasks(&mut *tx, &self.queue, vec![entry]).await?;
                Next::Again
            }
        };
        tx.commit().await?;
        Ok(became)
    }

    /// Sets an item aside.
    pub(super) async fn bury(&self, ticket: &Ticket, why: &str) -> Result<(), EngineError> {
        sqlx::query(
            "UPDATE print_items SET state = 'dead', error = $3, \
                 changed_at = (EXTRACT(EPOCH FROM now()) * 1000)::bigint \
             WHERE batch = $1 AND id = $2 AND state = 'waiting'",
        )
        .bind(&ticket.batch)
        .bind(&ticket.item)
        .bind(why)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Items of a batch that came to their end since they were last taken.
    pub(super) async fn ended(&self, batch: &str, most: i64) -> Result<Vec<Ended>, EngineError> {
        let rows = sqlx::query(
            "SELECT id, state, files, error FROM print_items \
             WHERE batch = $1 AND taken = 0 AND state IN ('done', 'dead') ORDER BY changed_at LIMIT $2",
        )
        .bind(batch)
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        let ended = |row: &sqlx::postgres::PgRow| -> Result<Ended, EngineError> {
            let files = match row.try_get::<&str, _>("state")? {
                "done" => Ok(serde_json::from_str(row.try_get("files")?)?),
                _ => Err(row.try_get("error")?),
            };
            Ok(Ended { id: row.try_get("id")?, files })
        };
        rows.iter().map(ended).collect()
    }

    /// Notes that whoever asked for items has them.
    pub(super) async fn take(&self, batch: &str, items: &[&str]) -> Result<(), EngineError> {
        sqlx::query("UPDATE print_items SET taken = 1 WHERE batch = $1 AND id = ANY($2) AND state IN ('done', 'dead')")
            .bind(batch)
            .bind(items)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Has an item made again whose file is gone or damaged.
    pub(super) async fn revive(&self, batch: &str, item: &str) -> Result<(), EngineError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        let ticket = Ticket { batch: batch.to_owned(), item: item.to_owned(), task: new_task()? };
        let place: Option<i64> = sqlx::query_scalar(
            "UPDATE print_items SET state = 'waiting', files = '', task = $3, starts = 0, tries = 0 \
             WHERE batch = $1 AND id = $2 AND state = 'done' RETURNING place",
        )
        .bind(&ticket.batch)
        .bind(&ticket.item)
        .bind(&ticket.task)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(place) = place {
            push_tasks(&mut *tx, &self.queue, vec![entry(&ticket, place, Duration::ZERO)?]).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Files that workers need for a batch and the store has not as they were put there.
    pub(super) async fn lacking(&self, batch: &str) -> Result<Vec<String>, EngineError> {
        Ok(sqlx::query_scalar(
            "SELECT DISTINCT lacks FROM print_items WHERE batch = $1 AND lacks <> '' AND state = 'waiting'",
        )
        .bind(batch)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Notes that such files are there again; what needs them is tried now.
    pub(super) async fn supplied(&self, batch: &str, names: &[String]) -> Result<(), EngineError> {
        sqlx::query(
            "WITH there AS (UPDATE print_items SET lacks = '' \
                 WHERE batch = $1 AND lacks <> '' AND lacks = ANY($2) RETURNING task) \
             UPDATE apalis.jobs SET run_at = now() FROM there WHERE jobs.id = there.task AND jobs.status = 'Pending'",
        )
        .bind(batch)
        .bind(names)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Why an item of a batch that waits could not be made so far.
    pub(super) async fn hindrance(&self, batch: &str) -> Result<Option<String>, EngineError> {
        let found: Option<(String, String)> = sqlx::query_as(
            "SELECT line, error FROM print_items \
             WHERE batch = $1 AND taken = 0 AND state = 'waiting' AND error <> '' ORDER BY changed_at DESC LIMIT 1",
        )
        .bind(batch)
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(|(line, error)| format!("{line} waits: {error}")))
    }

    /// Whether a worker that takes from this queue was seen in the last seconds.
    pub(super) async fn has_workers(&self) -> Result<bool, EngineError> {
        let found: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM apalis.workers \
             WHERE worker_type = $1 AND last_seen > now() - INTERVAL '20 seconds')",
        )
        .bind(&self.queue)
        .fetch_one(&self.pool)
        .await?;
        Ok(found)
    }

    /// Hands back what a worker took and did not come to, so that nobody waits until its heartbeats are missing. It must
    /// have ended.
    pub(super) async fn hand_back(&self, worker: &str) -> Result<(), EngineError> {
        sqlx::query(
            "UPDATE apalis.jobs SET status = 'Pending', done_at = NULL, lock_by = NULL, lock_at = NULL \
             WHERE job_type = $1 AND status IN ('Queued', 'Running') AND starts_with(lock_by, $2 || '-')",
        )
        .bind(&self.queue)
        .bind(worker)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes away what the queue no longer needs: a day of a million jobs would slow it down.
    pub(super) async fn sweep(&self) -> Result<(), EngineError> {
        sqlx::query(
            "DELETE FROM apalis.jobs WHERE id IN (SELECT id FROM apalis.jobs WHERE job_type = $1 \
                 AND status IN ('Done', 'Killed') AND done_at < now() - INTERVAL '10 minutes' \
                 LIMIT 20000 FOR UPDATE SKIP LOCKED)",
        )
        .bind(&self.queue)
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "DELETE FROM apalis.workers WHERE worker_type = $1 AND last_seen < now() - INTERVAL '1 day' \
             AND NOT EXISTS (SELECT 1 FROM apalis.jobs WHERE jobs.lock_by = workers.id)",
        )
        .bind(&self.queue)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// An entry of the queue. It is never given up by the queue itself: only the ledger says when a job is dead.
fn entry(ticket: &Ticket, place: i64, after: Duration) -> Result<apalis_postgres::PgTask, EngineError> {
    let entry = TaskBuilder::new(serde_json::to_vec(ticket)?)
        .task_id(TaskId::from_string(ticket.task.clone()))
        .priority(usize::try_from(place).unwrap_or_default())
        .max_attempts(1_000_000);
    Ok(if after.is_zero() { entry.build() } else { entry.run_after(after).build() })
}

/// An id as the queue has them: a ULID, here of random digits alone.
fn new_task() -> Result<String, EngineError> {
    let id = random_id()?;
    // 128 bits in 26 digits of 5: the first is below 8.
    Ok(format!("0{}", &id[1..]).to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_the_queue_have_ids_of_128_bits() {
        let (one, other) = (new_task().unwrap(), new_task().unwrap());
        assert!(one != other && one.len() == 26 && one.starts_with('0'));
        assert!(one.bytes().all(|digit| b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(&digit)), "{one}");
    }
}
