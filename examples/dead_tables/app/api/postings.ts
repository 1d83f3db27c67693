// What people see and do.
import { db } from "./db";

export const saved = (user: number) =>
  db.query(`SELECT p.* FROM user_saved_postings s JOIN postings p ON p.id = s.posting_id WHERE s.user_id = $1`, [user]);

export const save = (user: number, posting: number) =>
  db.query("INSERT INTO user_saved_postings (user_id, posting_id) VALUES ($1, $2)", [user, posting]);

export const decide = (user: number, posting: number, decision: "apply" | "pass") =>
  db.query("INSERT INTO user_posting_decisions VALUES ($1, $2, $3)", [user, posting, decision]);

export const prefer = (user: number, remoteOnly: boolean) =>
  db.query("INSERT INTO user_posting_preferences (user_id, remote_only) VALUES ($1, $2)", [user, remoteOnly]);

export const profile = (user: number) =>
  db.query(
    `SELECT * FROM profiles
     JOIN profile_documents USING (profile_id) JOIN profile_experiences USING (profile_id)
     JOIN profile_educations USING (profile_id) JOIN profile_languages USING (profile_id)
     WHERE user_id = $1`,
    [user],
  );

export const session = (user: number) => db.query("INSERT INTO user_sessions (user_id, began_at) VALUES ($1, now())", [user]);

export const settings = () => db.query("SELECT name, value FROM app_settings");
