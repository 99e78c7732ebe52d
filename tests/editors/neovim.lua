-- Opens a program, shows its diagnostics and what hovering tells, applies the preferred fix and writes everything down.
local program, answers = vim.env.PROGRAM, vim.env.ANSWERS
local said = {}

local function shown(count)
  vim.wait(100000, function() return #vim.diagnostic.get(0) == count end, 10)
  return vim.tbl_map(function(found)
    return { line = found.lnum, column = found.col, ["end"] = found.end_col, code = found.code, source = found.source, message = found.message }
  end, vim.diagnostic.get(0))
end

local function floating_window()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then return window end
  end
end

local function use()
  vim.cmd("edit " .. vim.fn.fnameescape(program))
  said.before = shown(1)
  vim.api.nvim_win_set_cursor(0, { said.before[1].line + 1, said.before[1].column + 1 })

  vim.lsp.buf.hover()
  vim.wait(100000, floating_window, 10)
  said.hover = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(floating_window()), 0, -1, false)

  vim.ui.select = function(actions, _, choose)
    said.actions = vim.tbl_map(function(offered) return offered[2].title end, actions)
    choose(actions[1])
  end
  vim.lsp.buf.code_action()
  vim.wait(100000, function() return vim.bo.modified end, 10)
  said.after = shown(0)
  vim.cmd("write")
end

local fine, why = pcall(use)
said.error = not fine and why or nil
vim.fn.writefile({ vim.fn.json_encode(said) }, answers)
vim.cmd("qall!")
