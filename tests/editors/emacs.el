;; Opens a program, applies the fix at its first diagnostic, saves, and writes everything down.

(defvar said nil "What there is to tell, by name.")

(defun shown (count)
  "The diagnostics of the buffer, once there are COUNT."
  (with-timeout (100) (while (/= (length (flymake-diagnostics)) count) (accept-process-output nil 0.05)))
  (mapcar (lambda (found)
            (list :line (line-number-at-pos (flymake-diagnostic-beg found))
                  :text (buffer-substring-no-properties (flymake-diagnostic-beg found) (flymake-diagnostic-end found))
                  :message (flymake-diagnostic-text found)))
          (flymake-diagnostics)))

(setq make-backup-files nil)
(find-file (getenv "PROGRAM"))
;; What Emacs does after each command, and never in batch: eglot-ensure waits for it.
(run-hooks 'post-command-hook)
(with-timeout (100) (while (not (eglot-managed-p)) (accept-process-output nil 0.05)))
(push (cons 'before (vconcat (shown 1))) said)

(goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
(let (told)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq told text)))
  (with-timeout (100) (while (not told) (accept-process-output nil 0.05)))
  (push (cons 'hover (substring-no-properties told)) said))

;; Not by the mouse, and what Emacs offers first.
(let ((last-nonmenu-event ?\r))
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt actions _predicate _must-match _initial _history first)
               (push (cons 'actions (vconcat (mapcar #'car actions))) said)
               first)))
    (call-interactively #'eglot-code-actions)))
;; Saving tells the server of the change at once: otherwise eglot waits until Emacs is idle, which it never is in batch.
(save-buffer)
(push (cons 'after (vconcat (shown 0))) said)

(with-temp-file (getenv "ANSWERS") (insert (json-serialize said)))
(kill-emacs 0)
